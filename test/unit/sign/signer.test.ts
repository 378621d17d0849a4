import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { problemsOf, type RootimgError } from '../../../src/base/errors.ts';
import type { Manifest } from '../../../src/plan/manifest.ts';
import { openSigner, type SigningKeys } from '../../../src/sign/signer.ts';
import { builtRecord } from '../../lib/built-record.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const at = (name: string) => join(folder.path, name);
const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder.path, stdio: 'pipe' });
const pack = { file: 'rootimg.sfs', sha256: 'a'.repeat(64), size: 1, finished: '2024-01-01T00:00:00Z' };

function makeKey(name: string): void {
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`);
  openssl('pkey', '-in', `${name}.key`, '-pubout', '-out', `${name}.pem`);
}
const makeCertificate = (name: string, ...words: string[]) =>
  openssl('req', '-new', '-x509', '-key', 'own.key', '-subj', `/CN=${name}`, '-out', `${name}.crt`, ...words);
const codeSigning = ['-addext', 'extendedKeyUsage=codeSigning'];

beforeEach(async () => {
  makeKey('own');
  await chmod(at('own.key'), 0o600);
});

async function opened(keys: Partial<SigningKeys> = {}) {
  const warnings: string[] = [];
  const setting = { env: process.env, terminal: false };
  const signer = await openSigner(
    { key: at('own.key'), ...keys },
    setting,
    (text) => void warnings.push(text),
  );
  return { signer, warnings };
}
const failed = async (keys: Partial<SigningKeys>) =>
  problemsOf((await opened(keys).catch((error: unknown) => error)) as RootimgError).map(
    ({ code, message }) => `${code}: ${message.replaceAll(`${folder.path}/`, '')}`,
  );

/** Of an image whose initrd has this key. */
function manifestWith(key: string): Manifest {
  const sha256 = createHash('sha256')
    .update(readFileSync(at(key)))
    .digest('hex');
  const image = { name: 'img', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute' };
  const files = [{ path: at(key), sha256, role: 'sumskey' as const }];
  return {
    schema: 1,
    image,
    build: { ...builtRecord('x', { signedFor: 'img' }), files },
  } as unknown as Manifest;
}

test('keys that cannot sign are told, all at once', async () => {
  await folder.file('text', 'nothing');
  expect(await failed({ key: at('nosuch'), certificate: at('none.crt') })).toEqual([
    expect.stringMatching(/^sign-key: The key nosuch cannot be read: /),
    expect.stringMatching(/^sign-certificate: The certificate none\.crt cannot be read: /),
  ]);
  expect(await failed({ key: at('own.pem'), certificate: at('text') })).toEqual([
    'sign-key: own.pem is not a private key.',
    'sign-certificate: text is not a certificate in PEM form.',
  ]);
});

test('a certificate must be for code signing, and count now, with those of its issuers', async () => {
  makeCertificate('plain');
  expect(await failed({ certificate: at('plain.crt') })).toEqual([
    expect.stringMatching(/^sign-certificate: plain\.crt is not for code signing/),
  ]);
  makeCertificate('good', ...codeSigning);
  await opened({ certificate: at('good.crt') });
  openssl('x509', '-in', 'good.crt', '-signkey', 'own.key', '-days', '-1', '-out', 'old.crt');
  const chain = await folder.file(
    'chain.crt',
    readFileSync(at('good.crt'), 'utf8') + readFileSync(at('old.crt'), 'utf8'),
  );
  expect(await failed({ certificate: chain })).toEqual([
    expect.stringMatching(/^sign-certificate: The certificate CN ?= ?good of chain\.crt has expired on /),
  ]);
});

test('a key that others can read, and a PIN that they can, are warned of', async () => {
  expect((await opened()).warnings).toEqual([]);
  await chmod(at('own.key'), 0o640);
  expect((await opened()).warnings).toEqual([expect.stringMatching(/can be read by others .* chmod 600/)]);
});

test('a list is signed as openssl checks it', async () => {
  const { signer, warnings } = await opened();
  const { list, signature } = await signer.signList('img', manifestWith('own.pem'), pack);
  await folder.file('list', list);
  await folder.file('signature', signature);
  openssl('dgst', '-sha256', '-verify', 'own.pem', '-signature', 'signature', 'list');
  expect(list.toString()).toContain(`${pack.sha256}  ${pack.file}`);
  expect(warnings).toEqual([]);
});

test('nodes must believe it: their initrd has this key, or somebody is told', async () => {
  makeKey('other');
  const { signer, warnings } = await opened();
  await expect(signer.signList('img', manifestWith('other.pem'), pack)).rejects.toMatchObject({
    code: 'sign-other-key',
  });
  await signer.signList('img', undefined, pack);
  expect(warnings.at(-1)).toContain('The initrd of img has no key');
  const manifest = manifestWith('own.pem');
  await folder.file('own.pem', readFileSync(at('other.pem'), 'utf8'));
  await signer.signList('img', manifest, pack);
  expect(warnings.at(-1)).toContain('has changed since the initrd was made');
  await rm(at('own.pem'));
  await signer.signList('img', manifest, pack);
  expect(warnings.at(-1)).toContain('cannot be read here');
});

test('a boot file is signed for iPXE with the certificates of the issuers, where it is wanted', async () => {
  makeCertificate('root-ca', '-addext', 'basicConstraints=critical,CA:TRUE');
  openssl('req', '-new', '-key', 'own.key', '-subj', '/CN=site', '-out', 'site.csr');
  await folder.file('use', 'extendedKeyUsage=codeSigning\n');
  const issue = ['-req', '-in', 'site.csr', '-CA', 'root-ca.crt', '-CAkey', 'own.key', '-CAcreateserial'];
  openssl('x509', ...issue, '-extfile', 'use', '-days', '10', '-out', 'site.crt');
  const chain = readFileSync(at('site.crt'), 'utf8') + readFileSync(at('root-ca.crt'), 'utf8');
  const kernel = await folder.file('kernel', 'kernel');
  const { signer } = await opened({ certificate: await folder.file('chain.crt', chain) });
  expect(await signer.signFile(kernel, ['.sig'])).toEqual([]);
  const [signature, ...others] = await signer.signFile(kernel);
  expect(others).toEqual([]);
  expect(signature?.end).toBe('.cms');
  await folder.file('kernel.cms', signature?.bytes ?? '');
  const verify = ['cms', '-verify', '-inform', 'DER', '-in', 'kernel.cms', '-content', 'kernel', '-binary'];
  openssl(...verify, '-CAfile', 'root-ca.crt', '-purpose', 'any', '-out', 'out');
  const shown = openssl('cms', '-cmsout', '-print', '-inform', 'DER', '-in', 'kernel.cms').toString();
  expect(shown).toContain('root-ca');
});
