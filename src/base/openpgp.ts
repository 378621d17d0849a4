import { createHash } from 'node:crypto';
import { packets, subpackets, withoutArmour } from './openpgp-packets.ts';

/** A public key as OpenPGP keeps it. */
export interface PublicKey {
  /** Upper-case hex: 40 digits, 64 of keys of version 6. */
  readonly fingerprint: string;
  readonly userIds: string[];
  /** ISO 8601 */
  readonly created: string;
  /** ISO 8601; absent where it never ends. */
  readonly expires?: string;
  /** ISO 8601, when its owner said that it counts no more. */
  readonly revoked?: string;
}

/**
 * The public keys of a file's bytes, armoured or not, several blocks too (RFC 9580, keys of version 4 and 6);
 * none where there are none, such as those of version 3, which rpm and apt have given up. Whether its owner's
 * signatures are genuine is not looked at: who can write the file could bring a key of his own as well.
 */
export function readPublicKeys(bytes: Buffer): PublicKey[] {
  const found: Draft[] = [];
  for (const { tag, body } of withoutArmour(bytes).flatMap(packets)) {
    if (tag === tags.publicKey) found.push(draft(body));
    else if (tag === tags.publicSubkey) found.at(-1)?.closed();
    else if (tag === tags.userId) found.at(-1)?.named(body.toString('utf8'));
    else if (tag === tags.signature) found.at(-1)?.signed(body);
  }
  return found.flatMap((one) => one.finished() ?? []);
}

const tags = { signature: 2, publicKey: 6, userId: 13, publicSubkey: 14 };
/** Signature types: the owner on a name (0x10 to 0x13) or on the key itself, and that it counts no more. */
const onName = { first: 0x10, last: 0x13 };
const onKey = 0x1f;
const revocation = 0x20;
const kinds = { created: 2, keyExpires: 9, issuer: 16, issuerFingerprint: 33 };

interface Draft {
  /** From here on packets are about a subkey. */
  closed(): void;
  named(userId: string): void;
  signed(body: Buffer): void;
  /** Undefined for a key of a version that nobody reads. */
  finished(): PublicKey | undefined;
}

function draft(body: Buffer): Draft {
  const key = keyFacts(body);
  const userIds: string[] = [];
  let isOpen = true;
  let ofKey: Signature | undefined;
  /** The newest of each name. */
  const ofNames: Signature[] = [];
  let revoked: number | undefined;
  return {
    closed: () => void (isOpen = false),
    named: (userId) => void userIds.push(userId),
    signed: (signature) => {
      const read = isOpen && key !== undefined ? readSignature(signature) : undefined;
      if (read === undefined || !read.issuers.some((issuer) => key?.fits(issuer))) return;
      if (read.type === revocation) revoked = read.created;
      if (read.type === onKey && read.keyExpires !== undefined) ofKey = newer(ofKey, read);
      const name = userIds.length - 1;
      const isOnName = read.type >= onName.first && read.type <= onName.last;
      if (isOnName && name >= 0) ofNames[name] = newer(ofNames[name], read);
    },
    finished: () => {
      if (key === undefined) return undefined;
      // As gpg: what is said of the key itself, else the newest name that has an end.
      const ends =
        ofKey ?? ofNames.filter((one) => one.keyExpires).reduce<Signature | undefined>(newer, undefined);
      const life = ends?.keyExpires ?? 0;
      return {
        fingerprint: key.fingerprint,
        userIds,
        created: isoTime(key.created),
        ...(life === 0 ? {} : { expires: isoTime(key.created + life) }),
        ...(revoked === undefined ? {} : { revoked: isoTime(revoked) }),
      };
    },
  };
}

function newer(known: Signature | undefined, other: Signature): Signature {
  return known !== undefined && known.created > other.created ? known : other;
}

interface KeyFacts {
  readonly fingerprint: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** Is this the key id or fingerprint (hex) that a signature names? */
  readonly fits: (issuer: string) => boolean;
}

function keyFacts(body: Buffer): KeyFacts | undefined {
  const version = body[0];
  if ((version !== 4 && version !== 6) || body.length < 6) return undefined;
  const created = body.readUInt32BE(1);
  if (version === 4) {
    const head = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
    const fingerprint = digest('sha1', head, body);
    return { fingerprint, created, fits: (issuer) => fingerprint.endsWith(issuer) };
  }
  const head = Buffer.alloc(5, 0x9b);
  head.writeUInt32BE(body.length, 1);
  const fingerprint = digest('sha256', head, body);
  return { fingerprint, created, fits: (issuer) => fingerprint.startsWith(issuer) };
}

function digest(algorithm: string, ...parts: Buffer[]): string {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest('hex').toUpperCase();
}

interface Signature {
  readonly type: number;
  /** Seconds since the epoch. */
  readonly created: number;
  /** Seconds after the making of the key; 0 and absent: never. */
  readonly keyExpires?: number;
  /** Key ids and fingerprints, upper-case hex. */
  readonly issuers: readonly string[];
}

function readSignature(body: Buffer): Signature | undefined {
  const version = body[0];
  // Version 3 signs keys of version 4 as well; it has no room for an end.
  if (version === 3 && body.length >= 15) {
    const issuers = [body.toString('hex', 7, 15).toUpperCase()];
    return { type: body[2] ?? 0, created: body.readUInt32BE(3), issuers };
  }
  if (version !== 4 && version !== 6) return undefined;
  const width = version === 4 ? 2 : 4;
  let at = 4;
  let created = 0;
  let keyExpires: number | undefined;
  const issuers: string[] = [];
  for (const isHashed of [true, false]) {
    if (at + width > body.length) return undefined;
    const end = at + width + body.readUIntBE(at, width);
    if (end > body.length) return undefined;
    for (const { tag, body: value } of subpackets(body.subarray(at + width, end))) {
      // What is not hashed anybody can add.
      if (isHashed && tag === kinds.created && value.length === 4) created = value.readUInt32BE(0);
      if (isHashed && tag === kinds.keyExpires && value.length === 4) keyExpires = value.readUInt32BE(0);
      if (tag === kinds.issuer) issuers.push(value.toString('hex').toUpperCase());
      if (tag === kinds.issuerFingerprint) issuers.push(value.toString('hex', 1).toUpperCase());
    }
    at = end;
  }
  return { type: body[1] ?? 0, created, issuers, ...(keyExpires === undefined ? {} : { keyExpires }) };
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
