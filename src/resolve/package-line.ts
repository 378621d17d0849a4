import { almostDirective } from './directives.ts';

/** One part of a line of a package list. */
export type LineToken =
  | { readonly kind: 'entry'; readonly text: string }
  | { readonly kind: 'include'; readonly path: string }
  | { readonly kind: 'environment'; readonly text: string }
  | { readonly kind: 'next-pass' }
  /** What packages recommend comes too, in this pass. */
  | { readonly kind: 'recommends' }
  /** Answers to the questions of packages, in this pass. */
  | { readonly kind: 'debconf'; readonly path: string }
  /** A comment that was probably meant as a directive. */
  | { readonly kind: 'almost'; readonly text: string }
  /** Text between a directive's closing `#` and the next comma. */
  | {
      readonly kind: 'trailing';
      readonly text: string;
      readonly after: Directive['kind'];
    };

type Directive = Extract<
  LineToken,
  { kind: 'include' | 'environment' | 'next-pass' | 'recommends' | 'debconf' }
>;

const directive = /^#(?:INCLUDE:([^#]+)|ENV:([^#]+)|DEBCONF:([^#]+)|(NEW_INSTALL_LIST|RECOMMENDS))#/;

/**
 * Takes a line apart. As in xCAT a comma ends an entry, here except inside `#ENV:…#` and `#INCLUDE:…#`; a
 * line that begins with `#` and with no directive is a comment, and so is such a part of a line. `line` has
 * no blanks at its ends.
 */
export function lineTokens(line: string): LineToken[] {
  const tokens: LineToken[] = [];
  if (line.startsWith('#') && !directive.test(line)) {
    return almostDirective(line) ? [{ kind: 'almost', text: line }] : [];
  }
  let rest = line;
  let after: Directive['kind'] | undefined;
  while (rest !== '') {
    const match = directive.exec(rest);
    if (match !== null) {
      const token = directiveToken(match);
      tokens.push(token);
      after = token.kind;
      rest = rest.slice(match[0].length).trimStart();
      continue;
    }
    const end = rest.indexOf(',');
    const text = (end === -1 ? rest : rest.slice(0, end)).trim();
    rest = end === -1 ? '' : rest.slice(end + 1).trimStart();
    if (text !== '' && after !== undefined) tokens.push({ kind: 'trailing', text, after });
    else if (almostDirective(text)) tokens.push({ kind: 'almost', text });
    else if (text !== '' && !text.startsWith('#')) tokens.push({ kind: 'entry', text });
    after = undefined;
  }
  return tokens;
}

function directiveToken([, include, words, debconf, word]: RegExpExecArray): Directive {
  if (include !== undefined) return { kind: 'include', path: include.trim() };
  if (words !== undefined) return { kind: 'environment', text: words.trim() };
  if (debconf !== undefined) return { kind: 'debconf', path: debconf.trim() };
  return { kind: word === 'RECOMMENDS' ? 'recommends' : 'next-pass' };
}

export interface EnvironmentWords {
  /** `NAME=value` */
  readonly words: readonly string[];
  /** Words that are no assignment and so belong to the value before them, or to nothing. */
  readonly loose: readonly string[];
}

/**
 * The assignments of `#ENV:A=1 B="two words"#`. A word without `=` belongs to the value before it (`A=b c` is
 * A with `b c`).
 */
export function environmentWords(text: string): EnvironmentWords {
  const words: string[] = [];
  const loose: string[] = [];
  for (const [raw] of text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"']|["'])+/g)) {
    const word = raw.replace(
      /"([^"]*)"|'([^']*)'/g,
      (_, double?: string, single?: string) => double ?? single ?? '',
    );
    if (/^[A-Za-z_]\w*=/.test(word)) {
      words.push(word);
      continue;
    }
    loose.push(word);
    const before = words.pop();
    if (before !== undefined) words.push(`${before} ${word}`);
  }
  return { words, loose };
}
