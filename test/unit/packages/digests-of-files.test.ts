import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestsOfFiles } from '../../../src/packages/digests-of-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-offered-'));
  await writeFile(join(folder, 'a.rpm'), 'bytes');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const one = { name: 'a', version: '1-1', arch: 'noarch', repository: 'r' };
const hash = (algorithm: string) => `${algorithm}:${createHash(algorithm).update('bytes').digest('hex')}`;

test('a file of this host counts by its bytes, not by what the metadata says of them', async () => {
  const path = join(folder, 'a.rpm');
  for (const algorithm of ['sha256', 'sha1', 'sha512']) {
    const offered = [{ ...one, digest: `${algorithm}:00`, path }];
    expect((await digestsOfFiles([one], offered)).map(({ digest }) => digest)).toEqual([hash(algorithm)]);
  }
  const gone = [{ ...one, digest: 'sha256:00', path: join(folder, 'gone.rpm') }];
  expect((await digestsOfFiles([one], gone))[0]?.digest).toBe('missing:0');
});

test('other versions are offered by what is said of them; other names, architectures and places are not', async () => {
  const newer = { ...one, version: '2-1', digest: 'sha256:11', path: join(folder, 'none') };
  const others = [
    { ...newer, name: 'b' },
    { ...newer, arch: 'x86_64' },
    { ...newer, repository: 's' },
  ];
  expect(await digestsOfFiles([one], [newer, ...others])).toEqual([newer]);
});
