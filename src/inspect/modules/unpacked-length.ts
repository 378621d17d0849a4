/**
 * Bytes that an .xz file has when it is decompressed, as its index at the end says (xz file format 1.1,
 * sections 2.1.2 and 4); undefined for what is none, and for several streams in one.
 */
export function xzLength(file: Buffer): number | undefined {
  const footer = file.length - 12;
  if (footer < 20 || file.toString('latin1', file.length - 2) !== 'YZ') return undefined;
  const index = footer - 4 * (file.readUInt32LE(footer + 4) + 1);
  if (index < 12 || file[index] !== 0) return undefined;
  let at = index + 1;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; at < footer; factor *= 128) {
      const byte = file.readUInt8(at++);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    return value;
  };
  let [sum, packed] = [0, 0];
  for (let records = number(); records > 0 && at < footer; records--) {
    packed += 4 * Math.ceil(number() / 4);
    sum += number();
  }
  // Head, blocks, index: what lies before is another stream.
  return 12 + packed === index ? sum : undefined;
}

/**
 * The same of a .zst file, as its first frame says (RFC 8878, 3.1.1.1); undefined where it does not say it.
 * A second frame shows when it is decompressed.
 */
export function zstdLength(file: Buffer): number | undefined {
  if (file.length < 6 || file.readUInt32LE(0) !== 0xfd2fb528) return undefined;
  const descriptor = file[4] ?? 0;
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >>> 6;
  const at = 5 + (isSingle ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  if (at + 2 ** sizeFlag > file.length) return undefined;
  if (sizeFlag === 0) return isSingle ? file[at] : undefined;
  if (sizeFlag === 1) return file.readUInt16LE(at) + 256;
  return sizeFlag === 2 ? file.readUInt32LE(at) : Number(file.readBigUInt64LE(at));
}
