import { lstat, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTextFile } from '../base/regular-file.ts';
import { writeFile } from '../base/write-file.ts';
import { isKnownDead, parseHolder, thisHolder } from './lock-holder.ts';
import { requireSafeFolder } from '../base/safe-folder.ts';

/** Begins the names of our folders in the host's temporary folder. */
const prefix = 'rootimg-';

/** In each of them: who made it. */
const ownerName = '.owner';

/** Milliseconds within which who makes a folder has written its owner into it. */
const patience = 60_000;

/**
 * Makes a folder (0700) in the host's temporary folder, for work that belongs into no image folder, and
 * removes those of the same `kind` that killed runs left there. The caller removes it.
 */
export async function workDir(kind: string): Promise<string> {
  const parent = tmpdir();
  await requireSafeFolder(parent, 'parent');
  for (const name of await readdir(parent)) {
    if (name.startsWith(`${prefix}${kind}-`)) await removeIfLeft(join(parent, name));
  }
  const folder = await mkdtemp(join(parent, `${prefix}${kind}-`));
  await writeFile(join(folder, ownerName), JSON.stringify(thisHolder(kind)));
  return folder;
}

/**
 * Removes a folder whose owner is dead, and an empty one whose maker was killed before it wrote itself down.
 */
async function removeIfLeft(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  // Anybody may make a folder of such a name there.
  if (!found?.isDirectory() || found.uid !== process.getuid?.()) return;
  const owner = parseHolder(await readTextFile(join(path, ownerName)).catch(() => ''));
  if (owner !== undefined && isKnownDead(owner)) await rm(path, { recursive: true, force: true });
  if (owner === undefined && Date.now() - found.mtimeMs > patience) await rmdir(path).catch(() => {});
}
