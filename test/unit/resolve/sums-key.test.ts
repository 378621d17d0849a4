import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findSumsKey } from '../../../src/resolve/sums-key.ts';
import { useFolder } from '../../lib/folder.ts';

describe('findSumsKey', () => {
  const folder = useFolder();
  it('takes a public key in PEM form, and says what is wrong with anything else', async () => {
    const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
    const key = await folder.file(
      'key.pem',
      pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
    );
    expect(await findSumsKey('key.pem', folder.path)).toMatchObject({
      files: [{ path: key, role: 'sumskey' }],
      problems: [],
    });
    await folder.file('own.pem', '-----BEGIN PRIVATE KEY-----\n');
    await folder.file('bad.pem', '-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n');
    await folder.file('short.pem', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey));
    await folder.file('ed.pem', pem(generateKeyPairSync('ed25519').publicKey));
    execFileSync('mkfifo', [`${folder.path}/pipe`]);
    const wrong = ['own.pem', 'bad.pem', 'short.pem', 'ed.pem', 'none.pem', 'pipe', '.'].map((name) =>
      findSumsKey(name, folder.path),
    );
    expect((await Promise.all(wrong)).map(({ problems }) => problems[0]?.message)).toEqual([
      `${folder.path}/own.pem is not a public key in PEM form.`,
      `${folder.path}/bad.pem is not a public key that openssl can read.`,
      `${folder.path}/short.pem has 1024 bits, 2048 are needed.`,
      `${folder.path}/ed.pem is a key of kind ed25519: RSA or one on a NIST curve is needed.`,
      `The public key of --sumskey '${folder.path}/none.pem' cannot be read: it does not exist.`,
      `The public key of --sumskey '${folder.path}/pipe' cannot be read: it is not a regular file.`,
      `The public key of --sumskey '${folder.path}' cannot be read: it is a folder.`,
    ]);
  });
});
