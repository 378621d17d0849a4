import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeBundle } from '../../../src/bundle/write-bundle.ts';

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'rootimg-bundle-'))));
afterEach(() => rm(root, { recursive: true, force: true }));

it('is what tar reads: a folder of the image, owned by root', async () => {
  const file = join(root, 'kernel');
  await writeFile(file, 'the kernel', { mode: 0o600 });
  const size = await writeBundle(join(root, 'x.tgz'), 'img', [
    { name: 'manifest.xml', text: '<x/>' },
    { name: 'kernel', file },
  ]);
  expect(size).toBeGreaterThan(100);
  const listed = execFileSync('tar', ['tvzf', join(root, 'x.tgz'), '--numeric-owner'], { encoding: 'utf8' });
  expect(
    listed
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/ +\d{4}-.*:\d\d /, ' ')),
  ).toEqual([
    expect.stringMatching(/^drwxr-xr-x 0\/0.* \.\/$/),
    expect.stringMatching(/^drwxr-xr-x 0\/0.* \.\/img\/$/),
    expect.stringMatching(/^-rw-r--r-- 0\/0.* \.\/img\/manifest\.xml$/),
    expect.stringMatching(/^-rw-r--r-- 0\/0.* \.\/img\/kernel$/),
  ]);
});

it('leaves nothing when a file is gone', async () => {
  const members = [{ name: 'kernel', file: join(root, 'nosuch') }];
  await expect(writeBundle(join(root, 'x.tgz'), 'img', members)).rejects.toThrow('ENOENT');
  expect(await readdir(root)).toEqual([]);
});
