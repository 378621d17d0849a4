import fc from 'fast-check';

const piece = fc.oneof(
  fc.constantFrom('#INCLUDE:', '#ENV:', '#NEW_INSTALL_LIST#', '#', ',', '-', '--', '+', '@', ' ', '\t', '\r'),
  fc.constantFrom(' -> ', '(n1,n2)', 'EXECUTE:', 'APPEND:', 'MERGE:', '/etc/passwd', '$A', '${A}', '*', '['),
  fc.constantFrom(']', '=', './', ':', 'a:', 'x = 1', 'y=2', 'objtype=osimage', 'default-osimage:'),
  fc.constantFrom('a', 'self', 'other', 'missing', 'A=1', 'dir/sub/pkg', '"', "'", '\0', '\u00e9'),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const line = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('').replaceAll('\n', ''));
const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));

/**
 * Lists and stanzas made of words that mean something and of anything else, some with a byte that is no
 * UTF-8.
 */
export const anyBytes = fc.oneof(
  text.map((it) => Buffer.from(it)),
  fc.tuple(text, fc.nat(), fc.nat(255)).map(([it, at, byte]) => {
    const buffer = Buffer.from(`${it}x`);
    buffer[at % buffer.length] = byte;
    return buffer;
  }),
);
