import { readBracket } from './bracket.ts';
import { type ByteSet, everyByte, noByte } from './byte-set.ts';
import { literalSegment, type Segment, setSegment } from './segment.ts';

/** What a pattern is, as far as it helps to find its matches quickly. All strings are binary. */
export type Pattern =
  | { readonly kind: 'literal'; readonly text: string }
  /** `text*` */
  | { readonly kind: 'prefix'; readonly text: string }
  /** `*text` */
  | { readonly kind: 'suffix'; readonly text: string }
  /** Anything else: every match holds `core`, its longest literal part. */
  | { readonly kind: 'general'; readonly core: string; readonly test: PathTest };

/** Takes time that grows with the path's length, whatever the pattern. */
export type PathTest = (path: string) => boolean;

type Token =
  | { readonly type: 'literal'; readonly char: string }
  | { readonly type: 'any' }
  | { readonly type: 'set'; readonly set: ByteSet };

/**
 * Reads a pattern as `find -path` does: fnmatch(3) without flags in the C locale, so `*`, `?` and `[…]` match
 * `/` and leading dots as well, a backslash takes the next character literally, and one byte is one
 * character. Source of the corner cases: POSIX 2.13 and glibc.
 */
export function parsePattern(pattern: string): Pattern {
  const tokens = tokenize(pattern);
  const isAny = (token: Token | undefined) => token?.type === 'any';
  const literal = literalOf(tokens);
  if (literal !== undefined) return { kind: 'literal', text: literal };
  const prefix = isAny(tokens.at(-1)) ? literalOf(tokens.slice(0, -1)) : undefined;
  if (prefix !== undefined) return { kind: 'prefix', text: prefix };
  const suffix = isAny(tokens[0]) ? literalOf(tokens.slice(1)) : undefined;
  if (suffix !== undefined) return { kind: 'suffix', text: suffix };
  return { kind: 'general', core: longestLiteral(tokens), test: testOf(tokens) };
}

/** Tests one pattern by itself: for few patterns, or few paths. */
export function patternTest(pattern: string): PathTest {
  const parsed = parsePattern(pattern);
  switch (parsed.kind) {
    case 'literal':
      return (path) => path === parsed.text;
    case 'prefix':
      return (path) => path.startsWith(parsed.text);
    case 'suffix':
      return (path) => path.endsWith(parsed.text);
    case 'general':
      return parsed.test;
  }
}

/**
 * Matches from left to right without ever going back: what stands between two `*` is taken where it stands
 * first, because that leaves most for the rest. The last segment has its place at the end.
 */
function testOf(tokens: readonly Token[]): PathTest {
  const [first, ...others] = segmentsOf(tokens);
  const last = others.pop();
  if (first === undefined) return () => false;
  if (last === undefined) return (path) => path.length === first.length && first.standsAt(path, 0);
  return (path) => {
    const end = path.length - last.length;
    if (end < first.length || !first.standsAt(path, 0) || !last.standsAt(path, end)) return false;
    let at = first.length;
    for (const segment of others) {
      const found = segment.find(path, at);
      if (found === -1) return false;
      at = found + segment.length;
      if (at > end) return false;
    }
    return true;
  };
}

/** What stands before the first `*`, between any two, and after the last; the outer ones may be empty. */
function segmentsOf(tokens: readonly Token[]): Segment[] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.type === 'any') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.map((part) => {
    const literal = literalOf(part);
    return literal === undefined ? setSegment(part.map(setOf)) : literalSegment(literal);
  });
}

const singles = Array.from({ length: 256 }, (_, byte) => new Uint8Array(256).fill(1, byte, byte + 1));

function setOf(token: Token): ByteSet {
  if (token.type === 'any') return everyByte;
  return token.type === 'set' ? token.set : (singles[token.char.charCodeAt(0)] ?? noByte);
}

function longestLiteral(tokens: readonly Token[]): string {
  let longest = '';
  let current = '';
  for (const token of tokens) {
    current = token.type === 'literal' ? current + token.char : '';
    if (current.length > longest.length) longest = current;
  }
  return longest;
}

/** The text when there are only literal characters. */
function literalOf(tokens: readonly Token[]): string | undefined {
  let text = '';
  for (const token of tokens) {
    if (token.type !== 'literal') return undefined;
    text += token.char;
  }
  return text;
}

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length;) {
    const char = pattern.charAt(at);
    at += 1;
    if (char === '*') {
      if (tokens.at(-1)?.type !== 'any') tokens.push({ type: 'any' });
    } else if (char === '?') {
      tokens.push({ type: 'set', set: everyByte });
    } else if (char === '\\') {
      // A backslash at the end matches nothing.
      if (at === pattern.length) return [{ type: 'set', set: noByte }];
      tokens.push({ type: 'literal', char: pattern.charAt(at) });
      at += 1;
    } else {
      const bracket = char === '[' ? readBracket(pattern, at) : undefined;
      if (bracket === undefined) {
        tokens.push({ type: 'literal', char });
      } else {
        tokens.push({ type: 'set', set: bracket.set });
        at = bracket.end;
      }
    }
  }
  return tokens;
}
