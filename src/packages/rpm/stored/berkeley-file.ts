/** Of Berkeley DB: src/dbinc/db_page.h. */
const hashMagic = 0x061561;
const pageType = { hashUnsorted: 2, overflow: 7, hash: 13 } as const;
const itemType = { inPage: 1, offPage: 3 } as const;
const pageHead = 26;

/**
 * The values of an rpm database in Berkeley DB's hash form (EL 8 and older), without the one that holds the
 * last number given. Either byte order, as it was written on the image's architecture.
 */
export function berkeleyBlobs(file: Buffer): Buffer[] {
  const isBig = file.readUInt32BE(12) === hashMagic;
  if (!isBig && file.readUInt32LE(12) !== hashMagic) throw new RangeError('it is no database of rpm');
  const word = (at: number) => (isBig ? file.readUInt32BE(at) : file.readUInt32LE(at));
  const half = (at: number) => (isBig ? file.readUInt16BE(at) : file.readUInt16LE(at));
  const pageLength = word(20);
  if (pageLength < 512 || pageLength > 65_536) throw new RangeError('its pages have no length');

  const overflow = (first: number, length: number): Buffer => {
    if (length > file.length) throw new RangeError('a package is damaged');
    const parts: Buffer[] = [];
    let left = length;
    for (let page = first; left > 0;) {
      const start = page * pageLength;
      const bytes = half(start + 22);
      if (file[start + 25] !== pageType.overflow || bytes === 0) throw new RangeError('a package is damaged');
      parts.push(file.subarray(start + pageHead, start + pageHead + bytes));
      left -= bytes;
      page = word(start + 16);
    }
    return Buffer.concat(parts, length);
  };

  const found: Buffer[] = [];
  for (let start = pageLength; start + pageLength <= file.length; start += pageLength) {
    const type = file[start + 25];
    if (type !== pageType.hash && type !== pageType.hashUnsorted) continue;
    const items = half(start + 20);
    // Keys and values by turns; an item ends where the one before it begins.
    for (let item = 1; item < items; item += 2) {
      const at = start + half(start + pageHead + 2 * item);
      const end = start + half(start + pageHead + 2 * (item - 1));
      const kind = file[at];
      if (kind === itemType.offPage) found.push(overflow(word(at + 4), word(at + 8)));
      else if (kind === itemType.inPage && end - at > 16) found.push(file.subarray(at + 1, end));
    }
  }
  return found;
}
