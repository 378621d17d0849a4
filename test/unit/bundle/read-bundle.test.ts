import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readBundle } from '../../../src/bundle/read-bundle.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rootimg-bundle-'));
  await mkdir(join(root, 'to'));
  await mkdir(join(root, 'b/img/extra/etc'), { recursive: true });
  await writeFile(join(root, 'b/img/kernel'), 'the kernel', { mode: 0o755 });
  await writeFile(join(root, 'b/img/extra/etc/motd'), '');
});
afterEach(() => rm(root, { recursive: true, force: true }));

it.each(['czf', 'cf'])('gives the files of each image, under names of ours (tar %s)', async (how) => {
  const file = join(root, 'b.tgz');
  execFileSync('tar', [how, file, '-C', join(root, 'b'), '.']);
  const images = await readBundle(file, join(root, 'to'));
  expect([...images.keys()]).toEqual(['img']);
  const files = images.get('img');
  expect([...(files?.keys() ?? [])].sort()).toEqual(['extra/etc/motd', 'kernel']);
  const kernel = files?.get('kernel');
  expect(kernel).toMatchObject({ size: 10, isProgram: true });
  expect(kernel?.path).toMatch(/\/to\/\d+$/);
  expect(await readFile(kernel?.path ?? '', 'utf8')).toBe('the kernel');
});
