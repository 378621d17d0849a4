import { describe, expect, it } from 'vitest';
import { signersOf } from '../../../../src/resolve/deb/signers.ts';
import { readSourcesFile } from '../../../../src/resolve/deb/sources-text.ts';

describe('signersOf', () => {
  const armoured = (separator: string) =>
    ['-----BEGIN PGP PUBLIC KEY BLOCK-----', '', 'mDME', '-----END PGP PUBLIC KEY BLOCK-----'].join(
      separator,
    );
  const prints = ['0123456789abcdef0123456789ABCDEF01234567', 'F'.repeat(40)] as const;

  it('tells files, fingerprints and a key apart', () => {
    expect(signersOf({})).toEqual({});
    expect(signersOf({ signedBy: `/a.gpg, ${prints[0]}!\n/b.asc` })).toEqual({
      signedBy: ['/a.gpg', '/b.asc'],
      fingerprints: [`${prints[0].toUpperCase()}!`],
    });
    expect(signersOf({ signedBy: prints[1] })).toEqual({ fingerprints: [prints[1]] });
    const written = `Types: deb\nURIs: http://x\nSuites: ./\nSigned-By:\n ${armoured('\n ').replace(/\n \n/, '\n .\n')}\n`;
    const [entry] = readSourcesFile(written, 'f').entries;
    expect(signersOf(entry ?? {})).toEqual({ key: `${armoured('\n')}\n` });
  });

  it.each(['ABCDEF', 'k.gpg', armoured('\n').slice(0, -3), `/a.gpg ${armoured('\n')}`])(
    'refuses %j',
    (signedBy) => {
      expect(signersOf({ signedBy })).toBeUndefined();
    },
  );
});
