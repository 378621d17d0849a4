import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { insideTree } from '../../system/tree-path.ts';

/** Makes `path` of the image a symbolic link to `target` (as the image sees it), in the place of a file or link that is there. */
export async function linkInTree(root: string, path: string, target: string): Promise<void> {
  const folder = await insideTree(root, dirname(path));
  await mkdir(folder, { recursive: true });
  const link = `${folder}/${path.slice(path.lastIndexOf('/') + 1)}`;
  await rm(link, { force: true });
  await symlink(target, link);
}
