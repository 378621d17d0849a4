/** Bytes that may stand at one place of a match: 1 at the code of each. */
export type ByteSet = Uint8Array;

export const everyByte: ByteSet = new Uint8Array(256).fill(1);
export const noByte: ByteSet = new Uint8Array(256);

/** The set of all bytes that `isIn` holds for. */
export function byteSet(isIn: (code: number) => boolean): ByteSet {
  return Uint8Array.from({ length: 256 }, (_, code) => (isIn(code) ? 1 : 0));
}
