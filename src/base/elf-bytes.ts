/** The kind of an ELF file: how wide its words are and which byte comes first. */
export interface ElfKind {
  readonly isWide: boolean;
  readonly isBig: boolean;
}

/** Undefined for what is no ELF file (System V gABI, chapter 4). */
export function elfKind(head: Buffer): ElfKind | undefined {
  if (head.length < 52 || head.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
  return { isWide: head[4] === 2, isBig: head[5] === 2 };
}

/** Two bytes. */
export function half(bytes: Buffer, at: number, isBig: boolean): number {
  return isBig ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);
}

/** Four bytes. */
export function word(bytes: Buffer, at: number, isBig: boolean): number {
  return isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
}

/** Eight bytes; values that no file has come out inexact and lead nowhere. */
export function long(bytes: Buffer, at: number, isBig: boolean): number {
  const [low, high] = isBig ? [at + 4, at] : [at, at + 4];
  return word(bytes, low, isBig) + 2 ** 32 * word(bytes, high, isBig);
}
