import { mkdir, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { followedPath } from '../../base/followed-path.ts';

/** Name of the tree in an image folder. */
export const treeName = 'rootimg';

/**
 * Where the tree of an image folder lies. An administrator may have put it on a bigger disk and left a link
 * in the folder: then everything that is renamed from or to its place lies beside the link's target, and the
 * link stays.
 */
export interface TreePlace {
  /** `<rootimgdir>/rootimg`, or the real path of what this is a link to. May not exist yet. */
  readonly root: string;
  /**
   * The folder for temporary and replaced trees, on the file system of the tree and this image's alone: the
   * image folder, or a folder of our own beside the link's target, where the trees of other images may lie
   * too.
   */
  readonly beside: string;
  /** Whether `beside` is a folder of our own, which is only there while it is needed. */
  readonly isLinked: boolean;
}

/** The place of a tree in its image folder itself. */
export function plainTreePlace(rootimgdir: string): TreePlace {
  const root = join(rootimgdir, treeName);
  return { root, beside: rootimgdir, isLinked: false };
}

/** Finds the place of an image folder's tree. Throws `link-dangling`. */
export async function findTreePlace(rootimgdir: string): Promise<TreePlace> {
  const plain = plainTreePlace(rootimgdir);
  const root = await followedPath(plain.root);
  if (root === plain.root) return plain;
  return { root, beside: join(dirname(root), `.${basename(root)}.beside`), isLinked: true };
}

/** Makes the folder for temporary trees where it is not there. */
export async function openBeside({ beside, isLinked }: TreePlace): Promise<void> {
  if (isLinked) await mkdir(beside, { recursive: true, mode: 0o700 });
}

/** Removes the folder for temporary trees where it is ours and empty. */
export async function closeBeside({ beside, isLinked }: TreePlace): Promise<void> {
  if (isLinked) await rmdir(beside).catch(() => {});
}
