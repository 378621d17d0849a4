import { dirname, resolve } from 'node:path';

// xcat-inventory fills in `{{NAME}}` before it parses, so files have it without quotes, where YAML would read
// a map of a map. Marks of Unicode's private use stand in for the braces meanwhile.
const [opening, closing] = ['\uE0FB', '\uE0FD'];

/**
 * The text with the braces of `{{NAME}}` replaced, so that YAML takes it for text. Lines stay where they are.
 */
export function maskVariables(text: string): string {
  return text.replace(/\{\{([ \t]{0,8}\w{1,80}[ \t]{0,8})\}\}/g, `${opening}$1${closing}`);
}

/** The reverse of maskVariables. */
export function unmaskVariables(text: string): string {
  return text.replaceAll(opening, '{{').replaceAll(closing, '}}');
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
