import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { temporaryPath } from './temp.ts';
import { insideTree } from './tree-path.ts';

/** Text of a file of the image, or undefined when there is none. */
export async function readTreeFile(root: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(await insideTree(root, path), 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Writes a file of the image, missing folders included. A new file beside it takes its place, so that a hard link elsewhere keeps its
 * content; an existing file keeps its mode unless one is given.
 */
export async function writeTreeFile(
  root: string,
  path: string,
  content: string | Uint8Array,
  mode?: number,
): Promise<void> {
  const target = await insideTree(root, path);
  await mkdir(dirname(target), { recursive: true });
  const kept = await stat(target).catch(() => undefined);
  const temporary = temporaryPath(dirname(target), 'file');
  await writeFile(temporary, content, { flag: 'wx' });
  await chmod(temporary, mode ?? (kept === undefined ? 0o644 : kept.mode & 0o7777));
  await rename(temporary, target);
}

/** Removes a file of the image (a link itself, not what it points to); nothing when there is none. */
export async function removeTreeFile(root: string, path: string): Promise<void> {
  const slash = path.lastIndexOf('/');
  const folder = await insideTree(root, path.slice(0, slash));
  await rm(`${folder}/${path.slice(slash + 1)}`, { force: true });
}

/** Whether the image has this path; a link counts when its target exists in the image. */
export async function treeHas(root: string, path: string): Promise<boolean> {
  return await stat(await insideTree(root, path)).then(
    () => true,
    () => false,
  );
}

export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
