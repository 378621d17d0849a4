import { dirname, resolve } from 'node:path';

/** A text whose `{{NAME}}` YAML takes for text, and the way back for what YAML gave of it. */
export interface MaskedText {
  readonly text: string;
  readonly unmask: (part: string) => string;
}

/**
 * xcat-inventory fills in `{{NAME}}` before it parses, so files have it without quotes, where YAML would read
 * a map of a map. A mark that the text has not stands in for the braces meanwhile. Lines stay where they are.
 */
export function maskVariables(text: string): MaskedText {
  const mark = unusedMark(text);
  if (mark === undefined) return { text, unmask: (part) => part };
  return {
    text: text.replace(/\{\{([ \t]{0,8}\w{1,80}[ \t]{0,8})\}\}/g, `${mark}$1${mark}`),
    unmask: (part) => part.replace(new RegExp(`${mark}([ \\t\\w]*)${mark}`, 'g'), '{{$1}}'),
  };
}

/** A character of Unicode's private use that the text has neither as it is nor as an escape, or undefined. */
function unusedMark(text: string): string | undefined {
  const lower = text.toLowerCase();
  for (let code = 0xe000; code <= 0xf8ff; code++) {
    const mark = String.fromCharCode(code);
    if (!text.includes(mark) && !lower.includes(code.toString(16))) return mark;
  }
  return undefined;
}

/** `{{GITREPO}}` is the folder of the inventory file. */
export function fillGitrepo(text: string, file: string): string {
  return text.replace(/\{\{[ \t]{0,8}GITREPO[ \t]{0,8}\}\}/g, () => dirname(resolve(file)));
}

/** `{{NAME}}` by the variables that the image itself sets; others stay as they are. */
export function fillVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\{\{[ \t]{0,8}(\w{1,80})[ \t]{0,8}\}\}/g,
    (whole, name: string) => variables.get(name) ?? whole,
  );
}

/** The first `{{NAME}}` of a text, or undefined. */
export function variableIn(text: string): string | undefined {
  return /\{\{[ \t]{0,8}\w{1,80}[ \t]{0,8}\}\}/.exec(text)?.[0];
}
