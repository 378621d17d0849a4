/** What a made ELF file says; 64 or 32 bits, either byte order. */
export interface MadeElf {
  readonly bits: 32 | 64;
  readonly order: 'little' | 'big';
  readonly machine: number;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly runPath?: string;
  readonly rpath?: string;
}

/** A minimal ELF file: headers, one loaded segment over all of it, an interpreter, a dynamic section. */
export function makeElf(made: MadeElf): Buffer {
  const wide = made.bits === 64;
  const big = made.order === 'big';
  const bytes = Buffer.alloc(4096);
  const half = (at: number, value: number) =>
    big ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at);
  const word = (at: number, value: number) =>
    big ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at);
  const long = (at: number, value: number) => {
    if (!wide) return word(at, value);
    return big ? bytes.writeBigUInt64BE(BigInt(value), at) : bytes.writeBigUInt64LE(BigInt(value), at);
  };
  const size = wide ? 8 : 4;
  const header = wide ? 56 : 32;
  const base = 0x10000;
  bytes.write('\x7fELF', 'latin1');
  bytes.set([wide ? 2 : 1, big ? 2 : 1, 1], 4);
  half(18, made.machine);
  long(wide ? 32 : 28, 64);
  half(wide ? 54 : 42, header);

  const texts = [...(made.needed ?? []), made.runPath, made.rpath].filter((text) => text !== undefined);
  const table = `\0${texts.join('\0')}\0`;
  const stringsAt = 1024;
  bytes.write(table, stringsAt, 'latin1');
  const at = (text: string) => table.indexOf(`\0${text}\0`) + 1;
  const dynamicAt = 2048;
  const entries = [
    ...(made.needed ?? []).map((name) => [1, at(name)]),
    ...(made.runPath === undefined ? [] : [[29, at(made.runPath)]]),
    ...(made.rpath === undefined ? [] : [[15, at(made.rpath)]]),
    [5, base + stringsAt],
    [10, table.length],
    [0, 0],
  ];
  for (const [index, [tag = 0, value = 0]] of entries.entries()) {
    long(dynamicAt + 2 * index * size, tag);
    long(dynamicAt + (2 * index + 1) * size, value);
  }
  const interpreterAt = 3072;
  bytes.write(`${made.interpreter ?? ''}\0`, interpreterAt, 'latin1');
  const segments = [
    [1, 0, base, bytes.length],
    [2, dynamicAt, base + dynamicAt, entries.length * 2 * size],
    ...(made.interpreter === undefined
      ? []
      : [[3, interpreterAt, base + interpreterAt, made.interpreter.length + 1]]),
  ];
  half(wide ? 56 : 44, segments.length);
  for (const [index, [type = 0, offset = 0, address = 0, length = 0]] of segments.entries()) {
    const place = 64 + index * header;
    word(place, type);
    const [offsetAt, addressAt, lengthAt] = wide ? [8, 16, 32] : [4, 8, 16];
    long(place + (offsetAt ?? 0), offset);
    long(place + (addressAt ?? 0), address);
    long(place + (lengthAt ?? 0), length);
  }
  return bytes;
}
