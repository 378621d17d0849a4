import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Build } from '../build-context.ts';
import { readTreeFile, treeHas, writeTreeFile } from '../../system/tree-file.ts';
import { insideTree } from '../../system/tree-path.ts';

/** xCAT: root's `*` in passwd becomes `x`, so that the password of shadow counts. */
export async function shadowRootPassword(build: Build): Promise<void> {
  const text = await readTreeFile(build.root, 'etc/passwd');
  if (text === undefined) return;
  const shadowed = text.replace(/^root:\*:/m, 'root:x:');
  if (shadowed !== text) await writeTreeFile(build.root, 'etc/passwd', shadowed);
}

/** xCAT: the dot files of skel go to /root. In an older tree those that are there stay: they may have been changed by hand. */
export async function copySkeleton(build: Build): Promise<void> {
  const from = await insideTree(build.root, 'etc/skel');
  const entries = await readdir(from, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.startsWith('.')) continue;
    const path = `root/${entry.name}`;
    if (!build.tree.isNew && (await treeHas(build.root, path))) continue;
    await copyFile(join(from, entry.name), await insideTree(build.root, path));
  }
}
