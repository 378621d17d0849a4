import { createHash } from 'node:crypto';
import { packets, withoutArmour } from './openpgp-packets.ts';
import { newer, readSignature, type Signature } from './openpgp-signature.ts';
import { visibleText } from './visible-text.ts';

/** A public key as OpenPGP keeps it. */
export interface PublicKey {
  /** Upper-case hex: 40 digits, 64 of keys of version 6; of older ones than version 4 the 16 of their id. */
  readonly fingerprint: string;
  /** As they are shown: a key is what its owner made it. */
  readonly userIds: string[];
  /** ISO 8601 */
  readonly created: string;
  /** ISO 8601; absent where it never ends. */
  readonly expires?: string;
  /** ISO 8601, when its owner said that it counts no more. */
  readonly revoked?: string;
  /** Only its subkeys sign, and the last of them ends, or was revoked, before the key itself: its dates are given. */
  readonly bySubkeys?: true;
}

/**
 * The public keys of a file's bytes, armoured or not, several blocks too (RFC 9580); none where there are
 * none. Whether its owner's signatures are genuine is not looked at: who can write the file could bring a key
 * of his own as well.
 */
export function readPublicKeys(bytes: Buffer): PublicKey[] {
  const found: Draft[] = [];
  for (const { tag, body } of withoutArmour(bytes).flatMap(packets)) {
    if (tag === tags.publicKey) found.push(draft(body));
    else if (tag === tags.publicSubkey) found.at(-1)?.subkey(body);
    else if (tag === tags.userId) found.at(-1)?.named(visibleText(body.toString('utf8')));
    else if (tag === tags.signature) found.at(-1)?.signed(body);
  }
  return found.flatMap((one) => one.finished() ?? []);
}

/** Keys before version 4 (PGP 2), which rpm, apt and gpg take no more. */
export function isOutdatedKey({ fingerprint }: Pick<PublicKey, 'fingerprint'>): boolean {
  return /^[0-9A-F]{16}$/.test(fingerprint);
}

const tags = { signature: 2, publicKey: 6, userId: 13, publicSubkey: 14 };
/** Signature types: the owner on a name (0x10 to 0x13), on the key itself, on a subkey, and that one counts no more. */
const onName = { first: 0x10, last: 0x13 };
const onKey = 0x1f;
const onSubkey = 0x18;
const revocation = { ofKey: 0x20, ofSubkey: 0x28 };

interface Draft {
  /** From here on packets are about a subkey. */
  subkey(body: Buffer): void;
  named(userId: string): void;
  signed(body: Buffer): void;
  /** Undefined for a key of a version that nobody reads. */
  finished(): PublicKey | undefined;
}

/** How long something signs; seconds since the epoch. */
interface Term {
  readonly ends: number;
  readonly revoked: number | undefined;
}

interface Subkey {
  readonly key: KeyFacts;
  binding?: Signature;
  revoked?: number;
}

function draft(body: Buffer): Draft {
  const key = keyFacts(body);
  const userIds: string[] = [];
  const subkeys: (Subkey | undefined)[] = [];
  const ofKey: Signature[] = [];
  /** The newest of each name. */
  const ofNames: Signature[] = [];
  let revoked: number | undefined;
  const signedSubkey = (one: Subkey | undefined, read: Signature): void => {
    if (one === undefined) return;
    // As gpg: no later signature takes it back.
    if (read.type === revocation.ofSubkey) one.revoked = read.created;
    if (read.type === onSubkey) one.binding = newer(one.binding, read);
  };
  return {
    subkey: (subkey) => {
      const facts = keyFacts(subkey);
      subkeys.push(facts && { key: facts });
    },
    named: (userId) => void userIds.push(userId),
    signed: (signature) => {
      const read = readSignature(signature);
      if (read === undefined || !read.issuers.some((issuer) => key?.fits(issuer))) return;
      if (subkeys.length > 0) return signedSubkey(subkeys.at(-1), read);
      if (read.type === revocation.ofKey) revoked = read.created;
      if (read.type === onKey) ofKey.push(read);
      const name = userIds.length - 1;
      const isOnName = read.type >= onName.first && read.type <= onName.last;
      if (isOnName && name >= 0) ofNames[name] = newer(ofNames[name], read);
    },
    finished: () => {
      if (key === undefined) return undefined;
      const own = { ends: endOf(key, lastThatSays('keyExpires', ofKey, ofNames)), revoked };
      const isSigner = lastThatSays('maySign', ofKey, ofNames)?.maySign ?? true;
      const term = isSigner ? own : withSubkeys(own, subkeys);
      return {
        fingerprint: key.fingerprint,
        userIds,
        created: isoTime(key.created),
        ...(term.ends === Infinity ? {} : { expires: isoTime(term.ends) }),
        ...(term.revoked === undefined ? {} : { revoked: isoTime(term.revoked) }),
        ...(term === own ? {} : { bySubkeys: true }),
      };
    },
  };
}

/** As gpg: what is said of the key itself, else the newest name that says it. */
function lastThatSays(
  what: 'keyExpires' | 'maySign',
  ofKey: readonly Signature[],
  ofNames: readonly Signature[],
): Signature | undefined {
  const newest = (all: readonly Signature[]) => all.reduce<Signature | undefined>(newer, undefined);
  return (
    newest(ofKey.filter((one) => one[what] !== undefined)) ??
    // A name without an end (0) leaves it to the others.
    newest(ofNames.filter((one) => one[what] !== undefined && one[what] !== 0))
  );
}

function endOf({ created }: KeyFacts, said: Signature | undefined): number {
  return said?.keyExpires ? created + said.keyExpires : Infinity;
}

/** The term of a key whose subkeys alone sign: until the last of them ends, and no longer than itself. */
function withSubkeys(own: Term, subkeys: readonly (Subkey | undefined)[]): Term {
  const signing = subkeys.flatMap((one) =>
    one?.binding !== undefined && (one.binding.maySign ?? one.key.canSign)
      ? [{ ends: endOf(one.key, one.binding), revoked: one.revoked }]
      : [],
  );
  const left = signing.filter((one) => one.revoked === undefined);
  if (signing.length === 0 || own.revoked !== undefined) return own;
  if (left.length === 0) return { ...own, revoked: Math.max(...signing.map((one) => one.revoked ?? 0)) };
  const ends = Math.max(...left.map((one) => one.ends));
  return ends < own.ends ? { ...own, ends } : own;
}

interface KeyFacts {
  readonly fingerprint: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** Whether its algorithm signs. */
  readonly canSign: boolean;
  /** Is this the key id or fingerprint (hex) that a signature names? */
  readonly fits: (issuer: string) => boolean;
}

/** RSA, RSA for signatures, DSA, ECDSA, EdDSA, Ed25519, Ed448 (RFC 9580, 9.1). */
const signingAlgorithms = new Set([1, 3, 17, 19, 22, 27, 28]);

function keyFacts(body: Buffer): KeyFacts | undefined {
  const version = body[0];
  if (version === undefined || body.length < 6) return undefined;
  const created = body.readUInt32BE(1);
  if (version === 2 || version === 3) {
    // Version, time, days, algorithm, bits of the modulus; the key id is its end (RFC 9580, 5.5.4.1).
    const end = body.length < 10 ? 0 : 10 + Math.ceil(body.readUInt16BE(8) / 8);
    if (end < 18 || end > body.length) return undefined;
    const fingerprint = body.toString('hex', end - 8, end).toUpperCase();
    return { fingerprint, created, canSign: true, fits: (issuer) => issuer === fingerprint };
  }
  const canSign = signingAlgorithms.has(body[5] ?? 0);
  if (version === 4) {
    const head = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
    const fingerprint = digest('sha1', head, body);
    return { fingerprint, created, canSign, fits: (issuer) => fingerprint.endsWith(issuer) };
  }
  if (version !== 6) return undefined;
  const head = Buffer.alloc(5, 0x9b);
  head.writeUInt32BE(body.length, 1);
  const fingerprint = digest('sha256', head, body);
  return { fingerprint, created, canSign, fits: (issuer) => fingerprint.startsWith(issuer) };
}

function digest(algorithm: string, ...parts: Buffer[]): string {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest('hex').toUpperCase();
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
