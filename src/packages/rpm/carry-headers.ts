import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from '../../system/exec.ts';
import { temporaryDir } from '../../system/temp.ts';
import { makeTreeFolder, removeFromTree, treePlace } from '../../system/tree-file.ts';

// How the headers of all installed packages go from one rpm database into another.

export const carryAction = 'carry the rpm database over to another format';
/** Name of the file that the headers are in meanwhile. */
export const headersFile = 'headers';

/** argv that writes all headers into a file; `rpmdb` is the program with its options. */
export function saveTo(file: string, ...rpmdb: string[]): string[] {
  return ['sh', '-c', 'to=$1; shift; exec "$@" >"$to"', 'sh', file, ...rpmdb, '--exportdb'];
}

/** argv that takes them in from there. */
export function loadFrom(file: string, ...rpmdb: string[]): string[] {
  return ['sh', '-c', 'from=$1; shift; exec "$@" <"$from"', 'sh', file, ...rpmdb, '--importdb'];
}

/**
 * Puts an empty folder at `to`, which `load` fills; the one at `from` comes back where that fails, and it is
 * false.
 */
export async function replaceDatabase(
  root: string,
  temporary: string,
  from: string,
  to: string,
  load: () => Promise<RunResult>,
): Promise<boolean> {
  const source = join(root, await treePlace(root, from));
  const kept = await temporaryDir(temporary, 'rpmdb');
  await rename(source, join(kept, 'old'));
  const target = await treePlace(root, to);
  await removeFromTree(root, target);
  await makeTreeFolder(root, target);
  const { exitCode } = await load();
  if (exitCode === 0) return true;
  await removeFromTree(root, target);
  await rename(join(kept, 'old'), source);
  return false;
}
