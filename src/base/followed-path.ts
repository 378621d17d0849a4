import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { RootimgError } from './errors.ts';

/** As many links as the kernel follows. */
const longestChain = 40;

/**
 * The path itself where it is no symbolic link, else the real path of what it leads to, which need not exist
 * yet: an administrator who makes a link to a bigger disk wants the thing there, and the link kept. Throws
 * `link-dangling` when not even the folder of the target exists, as where that disk is not mounted.
 */
export async function followedPath(path: string): Promise<string> {
  let target = path;
  for (let links = 0; links < longestChain; links++) {
    const found = await lstat(target).catch(() => undefined);
    if (!found?.isSymbolicLink()) break;
    target = resolve(dirname(target), await readlink(target));
  }
  if (target === path) return path;
  const folder = await realpath(dirname(target)).catch(() => undefined);
  if (folder !== undefined) return join(folder, basename(target));
  throw new RootimgError(
    'link-dangling',
    `${path} is a link to ${target}, and ${dirname(target)} does not exist.`,
    {
      hint: 'Mount the disk that it leads to, or remove the link.',
    },
  );
}
