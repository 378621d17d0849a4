import { subpackets } from './openpgp-packets.ts';

/** What the owner of a key says of it (RFC 9580, 5.2). */
export interface Signature {
  readonly type: number;
  /** Seconds since the epoch. */
  readonly created: number;
  /** Seconds after the making of the key; 0 and absent: never. */
  readonly keyExpires?: number;
  /** Whether the key may sign other things than keys; absent where it is not said. */
  readonly maySign?: boolean;
  /** Key ids and fingerprints, upper-case hex. */
  readonly issuers: readonly string[];
}

const kinds = { created: 2, keyExpires: 9, issuer: 16, keyFlags: 27, issuerFingerprint: 33 };
const signFlag = 0x02;

/** Undefined for a signature of a version that nobody reads, or one that is cut off. */
export function readSignature(body: Buffer): Signature | undefined {
  const version = body[0];
  // Version 3 signs keys of version 4 as well; it has no room for an end.
  if (version === 3 && body.length >= 15) {
    const issuers = [body.toString('hex', 7, 15).toUpperCase()];
    return { type: body[2] ?? 0, created: body.readUInt32BE(3), issuers };
  }
  if (version !== 4 && version !== 6) return undefined;
  const width = version === 4 ? 2 : 4;
  let at = 4;
  const said: { created: number; keyExpires?: number; maySign?: boolean } = { created: 0 };
  const issuers: string[] = [];
  for (const isHashed of [true, false]) {
    if (at + width > body.length) return undefined;
    const end = at + width + body.readUIntBE(at, width);
    if (end > body.length) return undefined;
    for (const { tag, body: value } of subpackets(body.subarray(at + width, end))) {
      // What is not hashed anybody can add.
      if (isHashed && tag === kinds.created && value.length === 4) said.created = value.readUInt32BE(0);
      if (isHashed && tag === kinds.keyExpires && value.length === 4) said.keyExpires = value.readUInt32BE(0);
      if (isHashed && tag === kinds.keyFlags) said.maySign = ((value[0] ?? 0) & signFlag) !== 0;
      if (tag === kinds.issuer) issuers.push(value.toString('hex').toUpperCase());
      if (tag === kinds.issuerFingerprint) issuers.push(value.toString('hex', 1).toUpperCase());
    }
    at = end;
  }
  return { type: body[1] ?? 0, issuers, ...said };
}

/** The later one; of two of the same second the second. */
export function newer(known: Signature | undefined, other: Signature): Signature {
  return known !== undefined && known.created > other.created ? known : other;
}
