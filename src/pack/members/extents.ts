/** Where a file has bytes, ascending; what lies between and behind is a hole. */
export type Extents = readonly Extent[];

export interface Extent {
  readonly offset: number;
  readonly length: number;
}

/**
 * GNU tar pads each extent to so many bytes, bsdtar does not: extents of whole blocks are the same for both.
 */
const blockSize = 512;

/** The extents grown to whole blocks, but for the last of the file, and joined where they touch. */
export function wholeBlocks(extents: Extents, size: number): Extents {
  const grown: { offset: number; length: number }[] = [];
  for (const { offset, length } of extents) {
    if (length === 0) continue;
    const start = offset - (offset % blockSize);
    const end = Math.min(Math.ceil((offset + length) / blockSize) * blockSize, size);
    const last = grown.at(-1);
    if (last !== undefined && start <= last.offset + last.length) last.length = end - last.offset;
    else grown.push({ offset: start, length: end - start });
  }
  return grown;
}

export function extentBytes(extents: Extents): number {
  return extents.reduce((sum, { length }) => sum + length, 0);
}

/**
 * The map before the content of a sparse file (GNU tar, PAX format 1.0: number of extents, then offset and
 * length of each, decimal, a line each, filled up to a block). A file that ends in a hole has an empty extent
 * at its end.
 */
export function sparseMap(extents: Extents, size: number): string {
  const last = extents.at(-1);
  const isEnded = last !== undefined && last.offset + last.length === size;
  const all = isEnded ? extents : [...extents, { offset: size, length: 0 }];
  const text = [all.length, ...all.flatMap(({ offset, length }) => [offset, length])].join('\n') + '\n';
  return text.padEnd(Math.ceil(text.length / blockSize) * blockSize, '\0');
}
