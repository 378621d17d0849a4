import { createHash, createPublicKey } from 'node:crypto';
import { resolve } from 'node:path';
import { unreadable } from './list-file.ts';
import { type FoundFiles, planFile } from './plan-files.ts';
import { readRegularFile } from '../base/regular-file.ts';

/**
 * The public key that goes into the initrd, which then boots signed images only: one in PEM form, as `openssl
 * pkey -pubout` writes it, of a kind that
 * `openssl dgst -verify` of every image can check.
 */
export async function findSumsKey(value: string | undefined, cwd: string): Promise<FoundFiles> {
  if (value === undefined) return { files: [], problems: [] };
  const path = resolve(cwd, value);
  const found = await readRegularFile(path).catch((error: unknown) => error);
  if (!Buffer.isBuffer(found)) {
    return { files: [], problems: [unreadable(path, 'public key of --sumskey', undefined, found)] };
  }
  const why = keyProblem(found.toString());
  if (why === undefined) {
    const key = { fingerprint: `SHA256:${keyDigest(found)}`, userIds: [] };
    return { files: [{ ...(await planFile(path, 'sumskey')), publicKeys: [key] }], problems: [] };
  }
  const hint = `'openssl pkey -in PRIVATE -pubout -out ${path}' writes one; docs/booting.md says how to make the private key.`;
  return { files: [], problems: [{ code: 'sumskey', message: `${path} ${why}.`, hint }] };
}

/** As `openssl pkey -pubin -in FILE -outform DER | sha256sum` says it. */
function keyDigest(pem: Buffer): string {
  const der = createPublicKey(pem).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex');
}

/** Bits below which an RSA key is no protection. */
const fewestBits = 2048;

/** Why nodes cannot check signatures with it; undefined when they can. */
function keyProblem(text: string): string | undefined {
  if (!text.includes('-----BEGIN PUBLIC KEY-----') || text.includes('PRIVATE KEY')) {
    return 'is not a public key in PEM form';
  }
  try {
    const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = createPublicKey(text);
    if (kind === 'rsa') {
      const bits = details?.modulusLength ?? 0;
      return bits < fewestBits ? `has ${bits} bits, ${fewestBits} are needed` : undefined;
    }
    return kind === 'ec' ? undefined : `is a key of kind ${kind}: RSA or one on a NIST curve is needed`;
  } catch {
    return 'is not a public key that openssl can read';
  }
}
