/** Bytes at a place; throws RangeError where the file ends before. */
export type ReadAt = (position: number, length: number) => Buffer;

/**
 * Looks at what a compressor wrote around the content of a file of `size` bytes: all parts must be there,
 * with a sum, and speak of as many `bytes` of content as went in, where they speak of it. Throws RangeError
 * else.
 */
export type EndCheck = (readAt: ReadAt, size: number, bytes: number) => void;

function expectBytes(found: number, bytes: number): void {
  if (found !== bytes) throw new RangeError(`its compressor was given ${found} bytes instead of ${bytes}`);
}

/** RFC 1952: the sum and the length, in 32 bits, are the last eight bytes. */
export function checkGzip(readAt: ReadAt, size: number, bytes: number): void {
  if (readAt(0, 2).readUInt16BE(0) !== 0x1f8b) throw new RangeError('it is no gzip');
  expectBytes(readAt(size - 4, 4).readUInt32LE(0), bytes % 2 ** 32);
}

/**
 * The .xz file format 1.2: a footer of twelve bytes says how long the index before it is, which has the
 * lengths of each block, packed and unpacked.
 */
export function checkXz(readAt: ReadAt, size: number, bytes: number): void {
  const footer = readAt(size - 12, 12);
  if (footer.toString('latin1', 10) !== 'YZ') throw new RangeError('the xz footer is missing');
  if (footer.readUInt8(9) === 0) throw new RangeError('it has no sums of its content');
  const length = (footer.readUInt32LE(4) + 1) * 4;
  const index = readAt(size - 12 - length, length);
  let at = 1;
  const next = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = index.readUInt8(at++);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  let found = 0;
  let blocks = 0;
  for (let left = next(); left > 0; left -= 1) {
    blocks += Math.ceil(next() / 4) * 4;
    found += next();
  }
  if (12 + blocks + length + 12 !== size) throw new RangeError('the blocks of the xz are not all there');
  expectBytes(found, bytes);
}

const zstdMagic = 0xfd2fb528;

/** Bytes of the content's size and of the dictionary's number, by the bits that say so. */
const contentSizeBytes = [0, 2, 4, 8] as const;
const dictionaryBytes = [0, 1, 2, 4] as const;

/**
 * RFC 8878: one frame, of which each block has its length before it, the last one a mark, and the sum behind
 * it. It need not say how long the content is.
 */
export function checkZstd(readAt: ReadAt, size: number): void {
  const head = readAt(0, 5);
  if (head.readUInt32LE(0) !== zstdMagic) throw new RangeError('it is no zstd');
  const flags = head.readUInt8(4);
  if ((flags & 4) === 0) throw new RangeError('it has no sum of its content');
  const isSingle = (flags & 0x20) !== 0;
  const sizeBytes = isSingle && flags >> 6 === 0 ? 1 : (contentSizeBytes[flags >> 6] ?? 0);
  let at = 5 + (isSingle ? 0 : 1) + (dictionaryBytes[flags & 3] ?? 0) + sizeBytes;
  for (let isLast = false; !isLast;) {
    const block = readAt(at, 3).readUIntLE(0, 3);
    const isRepeated = ((block >> 1) & 3) === 1;
    isLast = (block & 1) === 1;
    at += 3 + (isRepeated ? 1 : block >> 3);
  }
  if (at + 4 !== size) throw new RangeError('the zstd frame does not end where the file does');
}
