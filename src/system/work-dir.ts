import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isKnownDead, parseHolder, thisHolder } from './lock-holder.ts';

/** Begins the names of our folders in the host's temporary folder. */
const prefix = 'rootimg-';

/** In each of them: who made it. */
const ownerName = '.owner';

/**
 * Makes a folder (0700) in the host's temporary folder, for work that belongs into no image folder, and removes those of the same `kind`
 * that killed runs left there. The caller removes it.
 */
export async function workDir(kind: string): Promise<string> {
  const parent = tmpdir();
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${prefix}${kind}-`)) continue;
    const owner = parseHolder(await readFile(join(parent, name, ownerName), 'utf8').catch(() => ''));
    if (owner !== undefined && isKnownDead(owner))
      await rm(join(parent, name), { recursive: true, force: true });
  }
  const folder = await mkdtemp(join(parent, `${prefix}${kind}-`));
  await writeFile(join(folder, ownerName), JSON.stringify(thisHolder(kind)));
  return folder;
}
