import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyBackLines } from '../../../src/genimage/preflight/image-folder.ts';
import {
  adoptStagedTree,
  packTreeArgv,
  publishStagedTree,
  writeStagedTree,
} from '../../../src/system/staged-tree.ts';

let base: string;
let folder: string;
let staged: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'rootimg-staged-'));
  folder = join(base, 'image');
  staged = join(folder, 'staged-tree.tar');
  const script = `mkdir -p local/rootimg image/rootimg; echo old >image/rootimg/old
for name in a b c d e f; do head -c 512 /dev/urandom >local/rootimg/$name; done`;
  execFileSync('sh', ['-c', script], { cwd: base });
  const [tar = '', ...words] = packTreeArgv(join(base, 'local'));
  execFileSync(tar, [...words, '--file', staged]);
});
afterEach(() => rmSync(base, { recursive: true }));

test('a whole tree is put in the place of the old one', async () => {
  expect(await adoptStagedTree(folder)).toBe(true);
  expect(readFileSync(join(folder, 'rootimg/f'))).toEqual(readFileSync(join(base, 'local/rootimg/f')));
  expect(existsSync(join(folder, 'rootimg/old'))).toBe(false);
  expect(existsSync(staged)).toBe(false);
});

test('one that is still being written is refused, also where it is cut off between two files', async () => {
  const whole = readFileSync(staged);
  const end = whole.findLastIndex((byte) => byte !== 0);
  for (let length = 0; length < end; length += 512) {
    truncateSync(staged, length);
    await expect(adoptStagedTree(folder)).rejects.toThrow(`${staged} is not whole.`);
    writeFileSync(staged, whole);
  }
  expect(existsSync(join(folder, 'rootimg/old'))).toBe(true);
});

test('one of another digest is refused', async () => {
  writeFileSync(`${staged}.sha256`, `${'0'.repeat(64)}  staged-tree.tar\n`);
  await expect(adoptStagedTree(folder)).rejects.toThrow('does not have the digest');
  expect(existsSync(join(folder, 'rootimg/old'))).toBe(true);
});

test('an earlier digest is no word about the archive that the printed commands bring', async () => {
  const [line = ''] = copyBackLines(join(base, 'local'), folder);
  writeFileSync(`${staged}.sha256`, `${'0'.repeat(64)}  staged-tree.tar\n`);
  rmSync(staged);
  execFileSync('sh', ['-euc', line]);
  expect(await adoptStagedTree(folder)).toBe(true);
});

test('an adopted tree leaves no digest behind', async () => {
  rmSync(staged);
  await publishStagedTree(folder, await writeStagedTree(join(base, 'local'), folder));
  expect(existsSync(`${staged}.sha256`)).toBe(true);
  expect(await adoptStagedTree(folder)).toBe(true);
  expect(readdirSync(folder)).toEqual(['rootimg']);
});
