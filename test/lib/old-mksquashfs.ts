/** The program of a newer mksquashfs that knows no zstd any more, as 4.3 does not: the name is gone. */
export function withoutZstd(program: Buffer): Buffer {
  return Buffer.from(program.toString('latin1').replaceAll('\0zstd\0', '\0none\0'), 'latin1');
}
