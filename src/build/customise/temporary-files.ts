import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Build } from '../build-context.ts';
import { insideTree } from '../tree-path.ts';

/** Removes what scriptlets left in the temporary folders of a new tree. In an older one they may hold work done by hand. */
export async function clearTemporaryFolders(build: Build): Promise<void> {
  if (!build.tree.isNew) return;
  for (const name of ['tmp', 'var/tmp']) {
    const folder = await insideTree(build.root, name);
    const entries = await readdir(folder).catch(() => []);
    for (const entry of entries) await rm(join(folder, entry), { recursive: true, force: true });
  }
}
