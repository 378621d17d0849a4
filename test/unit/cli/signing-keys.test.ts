import { createVerify, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { RootimgError } from '../../../src/base/errors.ts';
import { findSigner } from '../../../src/cli/signing-keys.ts';
import type { Config } from '../../../src/definition/config.ts';
import { useFolder } from '../../lib/folder.ts';
import { recordedIo } from '../../lib/recorded-io.ts';

const folder = useFolder();
const pack = { file: 'rootimg.sfs', sha256: 'a'.repeat(64), size: 1, finished: '2024-01-01T00:00:00Z' };
let pairs: Record<string, ReturnType<typeof makePair>>;

function makePair() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

beforeEach(async () => {
  pairs = { asked: makePair(), configured: makePair(), usual: makePair() };
  for (const name of ['asked', 'configured']) await writeKey(name, `${name}.pem`);
});

function writeKey(pair: string, file: string): Promise<string> {
  const pem = pairs[pair]?.privateKey.export({ type: 'pkcs8', format: 'pem' }) ?? '';
  return folder.file(file, pem.toString(), 0o600);
}

/** Whose key signs. */
async function whoSigns(asked: { key?: string }, config: Config): Promise<string | undefined> {
  const { io } = recordedIo({ cwd: folder.path, env: process.env });
  const home = join(folder.path, 'etc');
  const signer = await findSigner(io, asked, { config, home }, () => undefined);
  const { list, signature } = await signer.signList('img', undefined, pack);
  return Object.keys(pairs).find((name) =>
    createVerify('sha256')
      .update(list)
      .verify(pairs[name]?.publicKey ?? '', signature),
  );
}

test('an option comes before config.yaml, which comes before sums.key beside it', async () => {
  await folder.folder('etc');
  const failed = await whoSigns({}, {}).catch((error: RootimgError) => error);
  expect(failed).toMatchObject({ code: 'usage', message: expect.stringContaining('/etc/sums.key') });
  await writeKey('usual', 'etc/sums.key');
  expect(await whoSigns({}, {})).toBe('usual');
  const config = { signing: { key: join(folder.path, 'configured.pem') } };
  expect(await whoSigns({}, config)).toBe('configured');
  // From where it was typed.
  expect(await whoSigns({ key: 'asked.pem' }, config)).toBe('asked');
});

test('what is wrong with a key or a certificate is told together', async () => {
  const [certificate, key] = [
    await folder.file('none.crt', 'nothing'),
    await folder.file('none.key', 'nothing'),
  ];
  const config = { signing: { certificate } };
  const error = await whoSigns({ key }, config).catch((reason: RootimgError) => reason);
  expect(error).toMatchObject({ problems: [{ code: 'sign-key' }, { code: 'sign-certificate' }] });
});
