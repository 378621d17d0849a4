import { lstat, mkdir, readdir, readlink, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyWhole } from '../base/copy-file.ts';
import { throwIfStopped } from '../system/signals.ts';
import { fingerprintName } from './fingerprint.ts';
import type { Medium, MediumEntry } from './medium.ts';

/** A folder that holds the content of a medium, such as one that is mounted. */
export async function openFolder(path: string): Promise<Medium> {
  const entries: MediumEntry[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const name of (await readdir(join(path, folder))).sort()) {
      throwIfStopped();
      const below = join(folder, name);
      if (below === fingerprintName) continue;
      const found = await lstat(join(path, below));
      const type = found.isDirectory() ? 'folder' : found.isSymbolicLink() ? 'link' : 'file';
      if (type === 'file' && !found.isFile()) continue;
      const size = type === 'file' ? found.size : 0;
      const target = type === 'link' ? { target: await readlink(join(path, below)) } : {};
      entries.push({ path: below, type, size, mtime: Math.floor(found.mtimeMs / 1000), ...target });
      if (type === 'folder') await visit(below);
    }
  };
  await visit('');
  return { path, kind: 'folder', entries };
}

/**
 * Copies what is not yet in `folder`; `onMember` hears of each entry as it is dealt with. The time of a file
 * is set last: it tells a whole one.
 */
export async function copyFolder(
  medium: Medium,
  folder: string,
  onMember: (member: string) => void,
): Promise<void> {
  for (const entry of medium.entries) {
    throwIfStopped();
    const from = join(medium.path, entry.path);
    const to = join(folder, entry.path);
    onMember(entry.path);
    if (entry.type === 'folder') {
      await mkdir(to, { recursive: true });
      continue;
    }
    const there = await lstat(to).catch(() => undefined);
    if (there !== undefined) continue;
    await mkdir(dirname(to), { recursive: true });
    if (entry.target !== undefined) await symlink(entry.target, to);
    else await copyOne(from, to, entry.mtime);
  }
}

async function copyOne(from: string, to: string, mtime: number): Promise<void> {
  try {
    await copyWhole(from, to);
    await utimes(to, mtime, mtime);
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
}
