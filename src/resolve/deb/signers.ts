import type { Signers, SourceEntry } from './source-entry.ts';

const armour = /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n[^]*\n-----END PGP PUBLIC KEY BLOCK-----$/;
const fingerprint = /^[0-9a-f]{40}!?$/i;

/**
 * What Signed-By says (sources.list(5)): paths of keyrings, fingerprints that are to be chosen from them, or the
 * key itself, in which a dot alone is an empty line. Undefined where something else stands there.
 */
export function signersOf({ signedBy = '' }: Pick<SourceEntry, 'signedBy'>): Signers | undefined {
  const text = signedBy.trim();
  if (text.startsWith('-----BEGIN')) {
    const key = text.replace(/^\.$/gm, '');
    return armour.test(key) ? { key: `${key}\n` } : undefined;
  }
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const paths = words.filter((word) => word.startsWith('/'));
  const others = words.filter((word) => !word.startsWith('/'));
  if (!others.every((word) => fingerprint.test(word))) return undefined;
  return {
    ...(paths.length > 0 && { signedBy: paths }),
    ...(others.length > 0 && { fingerprints: others.map((word) => word.toUpperCase()) }),
  };
}
