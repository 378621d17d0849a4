import type { Build } from '../build-context.ts';
import {
  readTreeBytes,
  readTreeFile,
  treeHas,
  treeNames,
  treeStat,
  writeTreeFile,
} from '../../system/tree-file.ts';

/** xCAT: root's `*` in passwd becomes `x`, so that the password of shadow counts. */
export async function shadowRootPassword(build: Build): Promise<void> {
  const text = await readTreeFile(build.root, 'etc/passwd');
  if (text === undefined) return;
  const shadowed = text.replace(/^root:\*:/m, 'root:x:');
  if (shadowed !== text) await writeTreeFile(build.root, 'etc/passwd', shadowed);
}

/**
 * xCAT: the dot files of skel go to /root. In an older tree those that are there stay: they may have been
 * changed by hand.
 */
export async function copySkeleton(build: Build): Promise<void> {
  const { root } = build;
  for (const name of await treeNames(root, 'etc/skel')) {
    const path = `etc/skel/${name}`;
    const found = await treeStat(root, path);
    if (!found?.isFile() || !name.startsWith('.')) continue;
    if (!build.tree.isNew && (await treeHas(root, `root/${name}`))) continue;
    const content = await readTreeBytes(root, path);
    if (content !== undefined) await writeTreeFile(root, `root/${name}`, content, found.mode & 0o7777);
  }
}
