import { constants } from 'node:fs';
import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findTool, run } from '../../system/exec.ts';
import { temporaryPath } from '../../system/temp.ts';

/** Where a layer's folder has its tree: as it is, or packed. */
const treeName = 'root';
const packedName = 'root.tar.zst';

/**
 * Keeps a tree in the folder of a layer: as a copy where the file system shares blocks between files
 * (reflinks), else packed, which is half as much to write; then it gives the bytes of the pack. Throws when
 * not all of it, owners, modes, times and attributes included, can be kept.
 */
export async function keepTree(root: string, folder: string, shares: boolean): Promise<number | undefined> {
  if (shares || (await findTool('zstd')) === undefined) {
    await mkdir(join(folder, treeName), { mode: 0o755 });
    await copyTree(root, join(folder, treeName));
    return undefined;
  }
  const packed = join(folder, packedName);
  await runTar(['--sparse', '--create', '--file', packed, '--directory', root, '.'], 'pack the tree');
  return (await stat(packed)).size;
}

/** Puts the tree of a layer into an existing folder. Throws when not all of it can be had. */
export async function takeTree(folder: string, root: string): Promise<void> {
  const packed = join(folder, packedName);
  if (!(await isThere(packed))) return copyTree(join(folder, treeName), root);
  await runTar(
    ['--extract', '--preserve-permissions', '--file', packed, '--directory', root],
    'unpack the tree',
  );
}

/**
 * The fastest level: what is kept is read once or twice. In blocks of 1 MiB: the usual 10 KiB are a fifth
 * slower.
 */
const packer = ['--use-compress-program', 'zstd -1 -T0 --quiet', '--blocking-factor=2048'];

const attributes = [
  '--warning=no-timestamp',
  '--numeric-owner',
  '--acls',
  '--selinux',
  '--xattrs',
  '--xattrs-include=*',
];

/** tar ends well where it could not keep an attribute or a file, and only says so. */
async function runTar(words: readonly string[], action: string): Promise<void> {
  const { stderr } = await run(['tar', ...packer, ...attributes, ...words], { action });
  if (stderr.trim() !== '') throw new Error(`could not ${action}: ${stderr.trim()}`);
}

/** Whether files in the folders `from` and `to` can share blocks. */
export async function sharesBlocks(from: string, to: string): Promise<boolean> {
  const [file, clone] = [temporaryPath(from, 'reflink'), temporaryPath(to, 'reflink')];
  await writeFile(file, Buffer.alloc(4096));
  try {
    await copyFile(file, clone, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  } finally {
    await Promise.all([file, clone].map((path) => rm(path, { force: true })));
  }
}

/** With `-a` alone cp says nothing of attributes (capabilities of programs) that it cannot keep. */
async function copyTree(from: string, to: string): Promise<void> {
  const argv = ['cp', '-a', '--preserve=xattr', '--reflink=auto', '--', `${from}/.`, to];
  await run(argv, { action: 'copy the tree' });
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
