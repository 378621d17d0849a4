import { byteSource, nothing, readBracket } from './bracket.ts';

/** What a pattern is, as far as it helps to find its matches quickly. All strings are binary. */
export type Pattern =
  | { readonly kind: 'literal'; readonly text: string }
  /** `text*` */
  | { readonly kind: 'prefix'; readonly text: string }
  /** `*text` */
  | { readonly kind: 'suffix'; readonly text: string }
  /** Anything else: every match holds `core`, its longest literal part; `source` is the regular expression of the whole. */
  | { readonly kind: 'general'; readonly core: string; readonly source: string };

type Token =
  | { readonly type: 'literal'; readonly char: string }
  | { readonly type: 'any' }
  | { readonly type: 'source'; readonly source: string };

/**
 * Reads a pattern as `find -path` does: fnmatch(3) without flags in the C locale, so `*`, `?` and `[…]` match `/` and leading dots as well,
 * a backslash takes the next character literally, and one byte is one character. Source of the corner cases: POSIX 2.13 and glibc.
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
  return { kind: 'general', core: longestLiteral(tokens), source: tokens.map(sourceOf).join('') };
}

/** Tests one pattern by itself: for few patterns, or few paths. */
export function patternTest(pattern: string): (path: string) => boolean {
  const expression = new RegExp(`^(?:${patternSource(parsePattern(pattern))})$`);
  return (path) => expression.test(path);
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

/** The regular expression of a whole pattern, over binary strings; to be anchored by the caller. */
export function patternSource(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'literal':
      return escapeText(pattern.text);
    case 'prefix':
      return `${escapeText(pattern.text)}[^]*`;
    case 'suffix':
      return `[^]*${escapeText(pattern.text)}`;
    case 'general':
      return pattern.source;
  }
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

function sourceOf(token: Token): string {
  if (token.type === 'literal') return escapeText(token.char);
  return token.type === 'any' ? '[^]*' : token.source;
}

function escapeText(text: string): string {
  return text.replace(/[^A-Za-z0-9_/]/g, (char) => byteSource(char.charCodeAt(0)));
}

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length;) {
    const char = pattern.charAt(at);
    at += 1;
    if (char === '*') {
      if (tokens.at(-1)?.type !== 'any') tokens.push({ type: 'any' });
    } else if (char === '?') {
      tokens.push({ type: 'source', source: '[^]' });
    } else if (char === '\\') {
      // A backslash at the end matches nothing.
      if (at === pattern.length) return [{ type: 'source', source: nothing }];
      tokens.push({ type: 'literal', char: pattern.charAt(at) });
      at += 1;
    } else {
      const bracket = char === '[' ? readBracket(pattern, at) : undefined;
      if (bracket === undefined) {
        tokens.push({ type: 'literal', char });
      } else {
        tokens.push({ type: 'source', source: bracket.source });
        at = bracket.end;
      }
    }
  }
  return tokens;
}
