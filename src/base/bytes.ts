/**
 * Names in a tree are bytes, not text. Where trees are read and packed a path is a *binary string*: one
 * character per byte (latin1), so that names which are no UTF-8 survive, comparing strings compares bytes,
 * and ASCII names cost nothing.
 */

const notAscii = /[^\x00-\x7f]/;

/** A binary string of text, in UTF-8. */
export function toBinary(text: string): string {
  return notAscii.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

/** The text that a binary string holds in UTF-8. */
export function toText(binary: string): string {
  return notAscii.test(binary) ? Buffer.from(binary, 'latin1').toString('utf8') : binary;
}

/** The same path as Node's file functions take it: a string where that is the same bytes, else a Buffer. */
export function toPath(binary: string): string | Buffer {
  return notAscii.test(binary) ? Buffer.from(binary, 'latin1') : binary;
}

/** A path for people: decoded where it is UTF-8; control characters and other bytes as `\n`, `\xff`. */
export function toShown(binary: string): string {
  const text = Buffer.from(binary, 'latin1').toString('utf8');
  const readable = text.includes('\ufffd') ? binary.replace(/[^\x00-\x7f]/g, escapeByte) : text;
  return readable.replace(/[\x00-\x1f\x7f]/g, (char) => (char === '\n' ? '\\n' : escapeByte(char)));
}

function escapeByte(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
