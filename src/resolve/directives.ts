import { own } from '../base/own.ts';

/**
 * `#INCLUDE:path#` at the start of a line; `rest` is what follows the closing `#`, without blanks at both
 * ends.
 */
export function includeDirective(line: string): { path: string; rest: string } | undefined {
  const match = /^#INCLUDE:([^#]+)#([^]*)$/.exec(line);
  if (match === null) return undefined;
  const [, path = '', rest = ''] = match;
  return { path: path.trim(), rest: rest.trim() };
}

/**
 * A comment that was probably meant as a directive: the name is there, the form is not (`#INCLUDE:x` without
 * the closing `#`).
 */
export function almostDirective(line: string): boolean {
  return (
    /^#\s*(INCLUDE\s*:|ENV\s*:|DEBCONF\s*:|NEW_INSTALL_LIST\b)/i.test(line) ||
    // A comment may well begin with this word.
    /^#\s*RECOMMENDS?\s*#?$/i.test(line)
  );
}

/** Replaces `$NAME` and `${NAME}`; a name that is not set stays as it stands. */
export function substituteVariables(
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
): string {
  return text.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (whole, braced: string | undefined, bare: string | undefined) =>
      own(variables, braced ?? bare ?? '') ?? whole,
  );
}
