import { own } from '../../base/own.ts';

/** The regular expression that matches nothing. */
export const nothing = '(?!)';

/** One byte in a regular expression over binary strings. */
export function byteSource(code: number): string {
  return `\\x${code.toString(16).padStart(2, '0')}`;
}

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
  /** No matching beyond this point: a class without such a name, a symbol of several characters. */
  readonly wrong?: boolean;
  /** glibc: what matched before an `[=` that is no equivalence class does not match after all. */
  readonly forgets?: boolean;
}

/** What a byte has come to while the elements are read in order. */
const Fate = { open: 0, matched: 1, lost: 2 } as const;

/**
 * Reads `[…]` whose first character after `[` is at `start`, and gives its regular expression and where it ends; undefined when it never
 * ends: then `[` is itself. Elements are read in order as fnmatch does, because a wrong one spoils what follows and not what came before.
 */
export function readBracket(pattern: string, start: number): { source: string; end: number } | undefined {
  const negated = pattern[start] === '!' || pattern[start] === '^';
  const first = negated ? start + 1 : start;
  const fates = new Uint8Array(256);
  let wrong = false;
  const take = (isMatch: (code: number) => boolean) => {
    if (!wrong) change(fates, Fate.open, Fate.matched, isMatch);
  };
  for (let at = first; at < pattern.length;) {
    if (pattern[at] === ']' && at > first) return { source: sourceOf(fates, negated, wrong), end: at + 1 };
    const element = readElement(pattern, at);
    at = element.end;
    wrong ||= element.wrong ?? false;
    if (element.forgets) change(fates, Fate.matched, Fate.lost, () => true);
    const known = element.class;
    if (known !== undefined) take((code) => known.test(String.fromCharCode(code)));
    if (element.char === undefined) continue;
    const from = element.char.charCodeAt(0);
    const range = readRange(pattern, at);
    at = range?.end ?? at;
    wrong ||= range !== undefined && range.to === undefined;
    take((code) => (range?.to === undefined ? code === from : from <= code && code <= range.to));
  }
  return wrong ? { source: nothing, end: pattern.length } : undefined;
}

function change(fates: Uint8Array, from: number, to: number, isMeant: (code: number) => boolean): void {
  for (let code = 0; code < 256; code++) if (fates[code] === from && isMeant(code)) fates[code] = to;
}

function sourceOf(fates: Uint8Array, negated: boolean, wrong: boolean): string {
  if (negated && wrong) return nothing;
  let inside = '';
  for (let from = 0; from < 256; from++) {
    if (!isIn(fates[from], negated)) continue;
    let to = from;
    while (to < 255 && isIn(fates[to + 1], negated)) to++;
    inside += `${byteSource(from)}-${byteSource(to)}`;
    from = to;
  }
  return inside === '' ? nothing : `[${inside}]`;
}

function isIn(fate: number | undefined, negated: boolean): boolean {
  return fate === (negated ? Fate.open : Fate.matched);
}

function readElement(pattern: string, at: number): Element {
  const char = pattern.charAt(at);
  if (char === '\\') return { char: pattern.charAt(at + 1), end: at + 2 };
  if (char !== '[') return { char, end: at + 1 };
  const rest = pattern.slice(at);
  const named = /^\[:([a-y]*):\]/.exec(rest);
  if (named !== null) {
    const known = own(classes, named[1] ?? '');
    return { end: at + named[0].length, ...(known === undefined ? { wrong: true } : { class: known }) };
  }
  const equivalent = /^\[=([^])=\]/.exec(rest);
  if (equivalent !== null) {
    const code = (equivalent[1] ?? '').charCodeAt(0);
    return { end: at + 5, class: new RegExp(byteSource(code)) };
  }
  if (rest.startsWith('[=')) return { char, end: at + 1, forgets: true };
  if (!rest.startsWith('[.')) return { char, end: at + 1 };
  return readSymbol(rest, at);
}

/** `[.x.]`, where `rest` begins. In the C locale only single characters have a name. */
function readSymbol(rest: string, at: number): Element {
  const end = rest.indexOf('.]', 2);
  if (end === -1) return { end: at + rest.length, wrong: true };
  return end === 3 ? { char: rest.charAt(2), end: at + 5 } : { end: at + end + 2, wrong: true };
}

/** The upper end of a range whose `-` would be at `at`; `to` is undefined when it is wrong. */
function readRange(pattern: string, at: number): { to?: number; end: number } | undefined {
  if (pattern[at] !== '-' || pattern[at + 1] === undefined || pattern[at + 1] === ']') return undefined;
  const rest = pattern.slice(at + 1);
  if (rest.startsWith('[.')) {
    const symbol = readSymbol(rest, at + 1);
    return { end: symbol.end, ...(symbol.char === undefined ? {} : { to: symbol.char.charCodeAt(0) }) };
  }
  const escaped = rest.startsWith('\\') && rest.length > 1;
  return { to: rest.charCodeAt(escaped ? 1 : 0), end: at + (escaped ? 3 : 2) };
}
