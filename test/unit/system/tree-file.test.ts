import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  linkInTree,
  readTreeFile,
  removeFromTree,
  treeHas,
  treePlace,
  writeTreeFile,
} from '../../../src/system/tree-file.ts';
import { mountsBelow } from '../../../src/system/mounts-below.ts';

let base: string;
let root: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-tree-'));
  root = join(base, 'rootimg');
  await mkdir(join(root, 'usr/lib'), { recursive: true });
  await mkdir(join(root, 'etc'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

test('links are followed as the image sees them and never lead out of the tree', async () => {
  await symlink('/usr/lib', join(root, 'lib'));
  await symlink('../../../../etc', join(root, 'up'));
  await symlink('/lib/modules', join(root, 'etc/modules'));
  expect(await treePlace(root, 'lib/modules/1')).toBe('usr/lib/modules/1');
  expect(await treePlace(root, 'up/fstab')).toBe('etc/fstab');
  expect(await treePlace(root, '/etc/modules/../x')).toBe('usr/lib/x');
  expect(await treePlace(root, '../../../etc')).toBe('etc');
});

test('links in a circle are an error, not a hang', async () => {
  await symlink('b', join(root, 'a'));
  await symlink('a', join(root, 'b'));
  await expect(treePlace(root, 'a/x')).rejects.toMatchObject({ code: 'link-loop' });
});

test('a file behind an absolute link is written inside the tree', async () => {
  const outside = join(base, 'outside');
  await writeFile(outside, 'host');
  await symlink(outside, join(root, 'etc/fstab'));
  await writeTreeFile(root, 'etc/fstab', 'image');
  expect(await readFile(outside, 'utf8')).toBe('host');
  expect(await readTreeFile(root, 'etc/fstab')).toBe('image');
});

test('a written file keeps the mode it had, or takes the one given', async () => {
  await writeFile(join(root, 'etc/shadow'), 'x', { mode: 0o600 });
  await writeTreeFile(root, 'etc/shadow', 'y');
  await writeTreeFile(root, 'opt/xcat/script', '', 0o755);
  expect((await stat(join(root, 'etc/shadow'))).mode & 0o7777).toBe(0o600);
  expect((await stat(join(root, 'opt/xcat/script'))).mode & 0o7777).toBe(0o755);
});

test('what is not there reads as undefined and is removed without a word', async () => {
  expect(await readTreeFile(root, 'etc/none')).toBeUndefined();
  expect(await treeHas(root, 'etc/none')).toBe(false);
  await removeFromTree(root, 'var/lib/none');
});

test('a link replaces a file', async () => {
  await writeFile(join(root, 'etc/unit'), 'x');
  await linkInTree(root, 'etc/unit', '/dev/null');
  await linkInTree(root, 'etc/wants/unit', '../unit');
  expect(await treePlace(root, 'etc/wants/unit')).toBe('dev/null');
});

test('mount points are read with their escapes', () => {
  const info = [
    '22 28 0:20 / /proc rw - proc proc rw',
    '30 28 0:21 / /img/my\\040image/rootimg/proc rw shared:1 - proc proc rw',
    '31 28 0:22 / /img/my\\040image/rootimg2 rw - tmpfs none rw',
  ].join('\n');
  expect(mountsBelow(info, '/img/my image/rootimg')).toEqual(['/img/my image/rootimg/proc']);
});
