/** Control characters (a tab is none here), line separators, and marks that turn the direction of writing. */
const unseen = /[^\P{Cc}\t]|[\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]|\p{Surrogate}/gu;

/**
 * One line of text for people, whatever it quotes of media, nodes, servers or other users: what a terminal
 * would obey rather than show is written as `\n`, `\x1b` or `\u{202e}`.
 */
export function visibleText(text: string): string {
  return text.replace(unseen, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
