import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Build } from '../build-context.ts';
import { insideTree } from '../../system/tree-path.ts';

/** Folders whose content is of no use to a node. */
const folders = [
  'tmp',
  'var/tmp',
  'var/cache/dnf',
  'var/cache/yum',
  'var/cache/libdnf5',
  'var/cache/ldconfig',
];

/** What package managers write of their own work, also where a script runs that of the image. */
const managerLog = /^(dnf5?|hawkey|yum)\b.*\.log/;

/** Removes what scriptlets and package managers left in a new tree. In an older one it may hold work done by hand. */
export async function clearTemporaryFolders(build: Build): Promise<void> {
  if (!build.tree.isNew) return;
  for (const name of folders) await clear(await insideTree(build.root, name));
  await clear(await insideTree(build.root, 'var/log'), managerLog);
}

async function clear(folder: string, which = /^/): Promise<void> {
  const entries = await readdir(folder).catch(() => []);
  for (const entry of entries.filter((name) => which.test(name))) {
    await rm(join(folder, entry), { recursive: true, force: true });
  }
}
