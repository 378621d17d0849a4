/** A packet or subpacket (RFC 9580, 4 and 5.2.3.7). */
export interface Packet {
  readonly tag: number;
  readonly body: Buffer;
}

/** The packets up to the first that is cut off or none. */
export function packets(bytes: Buffer): Packet[] {
  const found: Packet[] = [];
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    if ((first & 0x80) === 0) return found;
    const isNew = (first & 0x40) !== 0;
    const tag = isNew ? first & 0x3f : (first >> 2) & 0x0f;
    const length = isNew ? newLength(bytes, at + 1) : oldLength(bytes, at + 1, first & 3);
    if (length === undefined || length.start + length.size > bytes.length) return found;
    found.push({ tag, body: bytes.subarray(length.start, length.start + length.size) });
    at = length.start + length.size;
  }
  return found;
}

/** The subpackets of a signature, without the bit that says which must be understood. */
export function subpackets(bytes: Buffer): Packet[] {
  const found: Packet[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = newLength(bytes, at, 255);
    if (length === undefined || length.size === 0 || length.start + length.size > bytes.length) return found;
    const tag = (bytes[length.start] ?? 0) & 0x7f;
    found.push({ tag, body: bytes.subarray(length.start + 1, length.start + length.size) });
    at = length.start + length.size;
  }
  return found;
}

interface Length {
  /** Where the body begins, and its bytes. */
  readonly start: number;
  readonly size: number;
}

/** Lengths of two octets begin with 192 to `twoUntil` - 1. Those of parts (224 to 254) no key has. */
function newLength(bytes: Buffer, at: number, twoUntil = 224): Length | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 192) return { start: at + 1, size: first };
  if (first < twoUntil) {
    const second = bytes[at + 1];
    return second === undefined ? undefined : { start: at + 2, size: ((first - 192) << 8) + second + 192 };
  }
  return first === 255 ? fixedLength(bytes, at + 1, 4) : undefined;
}

function oldLength(bytes: Buffer, at: number, kind: number): Length | undefined {
  // Kind 3 reaches to the end of the file.
  return kind === 3 ? { start: at, size: bytes.length - at } : fixedLength(bytes, at, 2 ** kind);
}

function fixedLength(bytes: Buffer, at: number, width: number): Length | undefined {
  if (at + width > bytes.length) return undefined;
  return { start: at + width, size: bytes.readUIntBE(at, width) };
}

const blockStart = '-----BEGIN PGP PUBLIC KEY BLOCK-----';

/** The packets' bytes of every armoured block, or the bytes themselves. */
export function withoutArmour(bytes: Buffer): Buffer[] {
  if (((bytes[0] ?? 0) & 0x80) !== 0) return [bytes];
  const [, ...blocks] = bytes.toString('latin1').split(blockStart);
  return blocks.map((block) => {
    const lines = block.split(/\r?\n/).map((line) => line.trim());
    // Headers end at an empty line; a checksum begins with `=`.
    const body = lines.slice(lines.indexOf('', 1) + 1);
    const end = body.findIndex((line) => line.startsWith('=') || line.startsWith('-'));
    return Buffer.from(body.slice(0, end === -1 ? undefined : end).join(''), 'base64');
  });
}
