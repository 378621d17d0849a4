import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { TreeFile } from '../../../src/kit/netboot-tree.ts';
import { type KitContent, writeKit } from '../../../src/kit/write-kit.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const at = (name: string) => join(folder.path, name);
let files: TreeFile[];

beforeEach(async () => {
  await utimes(await folder.file('source/list', 'bash\n'), 2000, 2000);
  await utimes(await folder.file('source/genimage', '#!/bin/sh\n'), 1000, 1000);
  files = [
    { path: 'rh/genimage', source: at('source/genimage'), mode: 0o755, kind: 'program' },
    { path: 'sles/compute.pkglist', source: at('source/list'), mode: 0o644, kind: 'profile' },
  ];
});

const write = (changes: Partial<KitContent> = {}, name = 'kit.tar') =>
  writeKit(at(name), { files, families: ['rh', 'sles'], node: undefined, newest: undefined, ...changes });

/** The lines of GNU tar: mode, owner, size, name. */
const list = (name = 'kit.tar') =>
  execFileSync('tar', ['-tvf', at(name), '--numeric-owner', '--full-time', '--utc'], {
    encoding: 'utf8',
  }).trimEnd();

test('all files are in it by the names of a netboot folder, owned by root', async () => {
  const size = await write();
  expect(size).toBe(statSync(at('kit.tar')).size);
  expect(list().split('\n')).toEqual([
    expect.stringMatching(/^-rwxr-xr-x 0\/0 +10 1970-01-01 00:16:40 netboot\/rh\/genimage$/),
    expect.stringMatching(/^-rw-r--r-- 0\/0 +5 1970-01-01 00:33:20 netboot\/sles\/compute\.pkglist$/),
  ]);
  execFileSync('tar', ['-xf', at('kit.tar'), '-C', folder.path]);
  expect(readFileSync(at('netboot/sles/compute.pkglist'), 'utf8')).toBe('bash\n');
});

test('Node.js is stored once, and each family has it', async () => {
  const node = await folder.file('node', 'x'.repeat(100_000));
  const size = await write({ node });
  expect(size).toBeLessThan(150_000);
  execFileSync('tar', ['-xf', at('kit.tar'), '-C', folder.path]);
  const [first, second] = ['rh', 'sles'].map((family) => statSync(at(`netboot/${family}/node`)));
  expect(first).toMatchObject({ size: 100_000, ino: second?.ino });
  expect((first?.mode ?? 0) & 0o777).toBe(0o755);
});

test('no member is younger than is asked for, and the same files give the same bytes', async () => {
  await write({ newest: 1500 });
  expect(list()).toContain('00:25:00 netboot/sles');
  expect(list()).toContain('00:16:40 netboot/rh');
  await write({ newest: 1500 }, 'again.tar');
  expect(readFileSync(at('again.tar')).equals(readFileSync(at('kit.tar')))).toBe(true);
});

test('a kit that cannot be written whole leaves the old one and nothing else', async () => {
  await write();
  const before = readFileSync(at('kit.tar'));
  const missing = [...files, { ...files[0]!, path: 'rh/other', source: at('source/nosuch') }];
  await expect(write({ files: missing })).rejects.toMatchObject({ code: 'kit-unwritable' });
  expect(readFileSync(at('kit.tar')).equals(before)).toBe(true);
  await expect(write({}, 'nosuch/kit.tar')).rejects.toMatchObject({
    code: 'kit-unwritable',
    message: expect.stringContaining(at('nosuch/kit.tar')),
  });
  expect(readdirSync(folder.path).sort()).toEqual(['kit.tar', 'source']);
  expect(existsSync(at('nosuch'))).toBe(false);
});
