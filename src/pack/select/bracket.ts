import { own } from '../../base/own.ts';
import { type ByteSet, byteSet, noByte } from './byte-set.ts';

/** Members of the classes in the C locale. */
const classes: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[\t ]/,
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[\x21-\x7e]/,
  lower: /[a-z]/,
  print: /[\x20-\x7e]/,
  punct: /[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]/,
  space: /[\t-\r ]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

interface Element {
  /** Where the text goes on. */
  readonly end: number;
  /** A single character, which may begin a range. */
  readonly char?: string;
  readonly class?: RegExp;
  /** The code of a single character that begins no range. */
  readonly same?: number;
  /** No matching beyond this point: a class without such a name, a symbol of several characters. */
  readonly wrong?: boolean;
  /** glibc: what matched before an `[=` that is no equivalence class does not match after all. */
  readonly forgets?: boolean;
}

/** What a byte has come to while the elements are read in order. */
const Fate = { open: 0, matched: 1, lost: 2 } as const;

/**
 * Reads `[…]` whose first character after `[` is at `start`, and gives the bytes it stands for and where it
 * ends; undefined when it never ends: then `[` is itself. Elements are read in order as fnmatch does, because
 * a wrong one spoils what follows and not what came before.
 */
export function readBracket(pattern: string, start: number): { set: ByteSet; end: number } | undefined {
  const negated = pattern[start] === '!' || pattern[start] === '^';
  const first = negated ? start + 1 : start;
  const fates = new Uint8Array(256);
  let wrong = false;
  const take = (from: number, to: number, isMatch?: (code: number) => boolean) => {
    if (!wrong) change(fates, Fate.open, Fate.matched, { from, to, isMatch });
  };
  for (let at = first; at < pattern.length;) {
    if (pattern[at] === ']' && at > first) return { set: setOf(fates, negated, wrong), end: at + 1 };
    const element = readElement(pattern, at);
    at = element.end;
    wrong ||= element.wrong ?? false;
    if (element.forgets) change(fates, Fate.matched, Fate.lost, { from: 0, to: 255 });
    const known = element.class;
    if (known !== undefined) take(0, 255, (code) => known.test(String.fromCharCode(code)));
    if (element.same !== undefined) take(element.same, element.same);
    if (element.char === undefined) continue;
    const from = element.char.charCodeAt(0);
    const range = readRange(pattern, at);
    at = range?.end ?? at;
    wrong ||= range !== undefined && range.to === undefined;
    take(from, range?.to ?? from);
  }
  return wrong ? { set: noByte, end: pattern.length } : undefined;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly isMatch?: ((code: number) => boolean) | undefined;
}

function change(fates: Uint8Array, before: number, after: number, { from, to, isMatch }: Range): void {
  for (let code = from; code <= to; code++)
    if (fates[code] === before && (isMatch?.(code) ?? true)) fates[code] = after;
}

function setOf(fates: Uint8Array, negated: boolean, wrong: boolean): ByteSet {
  if (negated && wrong) return noByte;
  return byteSet((code) => fates[code] === (negated ? Fate.open : Fate.matched));
}

function readElement(pattern: string, at: number): Element {
  const char = pattern.charAt(at);
  if (char === '\\') return { char: pattern.charAt(at + 1), end: at + 2 };
  if (char !== '[') return { char, end: at + 1 };
  const next = pattern.charAt(at + 1);
  const named = next === ':' ? readName(pattern, at + 2) : undefined;
  if (named !== undefined) {
    const known = own(classes, named.name);
    return { end: named.end, ...(known === undefined ? { wrong: true } : { class: known }) };
  }
  if (next === '=' && pattern.startsWith('=]', at + 3))
    return { same: pattern.charCodeAt(at + 2), end: at + 5 };
  if (next === '=') return { char, end: at + 1, forgets: true };
  if (next !== '.') return { char, end: at + 1 };
  return readSymbol(pattern, at);
}

/** The name of a class that begins at `start`, up to `:]`; `a` to `y` are the letters that names have. */
function readName(pattern: string, start: number): { name: string; end: number } | undefined {
  let end = start;
  while (end < pattern.length && pattern.charAt(end) >= 'a' && pattern.charAt(end) <= 'y') end += 1;
  if (!pattern.startsWith(':]', end)) return undefined;
  return { name: pattern.slice(start, end), end: end + 2 };
}

/** `[.x.]` at `at`. In the C locale only single characters have a name. */
function readSymbol(pattern: string, at: number): Element {
  const close = pattern.indexOf('.]', at + 2);
  if (close === -1) return { end: pattern.length, wrong: true };
  return close === at + 3 ? { char: pattern.charAt(at + 2), end: at + 5 } : { end: close + 2, wrong: true };
}

/** The upper end of a range whose `-` would be at `at`; `to` is undefined when it is wrong. */
function readRange(pattern: string, at: number): { to?: number; end: number } | undefined {
  const start = at + 1;
  if (pattern[at] !== '-' || pattern[start] === undefined || pattern[start] === ']') return undefined;
  if (pattern.startsWith('[.', start)) {
    const symbol = readSymbol(pattern, start);
    return { end: symbol.end, ...(symbol.char === undefined ? {} : { to: symbol.char.charCodeAt(0) }) };
  }
  const isEscaped = pattern[start] === '\\' && start + 1 < pattern.length;
  return { to: pattern.charCodeAt(isEscaped ? start + 1 : start), end: start + (isEscaped ? 2 : 1) };
}
