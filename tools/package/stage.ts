import { chmod, lutimes, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PackageEntry } from './described.ts';

/** Writes the files of a package below a folder, the same whatever the umask; `time` in seconds. */
export async function stage(folder: string, entries: readonly PackageEntry[], time: number): Promise<void> {
  await makeFolder(folder, time);
  for (const path of foldersOf(entries)) await makeFolder(join(folder, path), time);
  for (const entry of entries) {
    const path = join(folder, entry.path);
    if ('link' in entry) await symlink(entry.link, path);
    else {
      await writeFile(path, entry.content);
      await chmod(path, entry.mode);
    }
    await lutimes(path, time, time);
  }
  for (const path of foldersOf(entries).reverse()) await lutimes(join(folder, path), time, time);
}

async function makeFolder(path: string, time: number): Promise<void> {
  await mkdir(path);
  await chmod(path, 0o755);
  await lutimes(path, time, time);
}

/** All folders above these entries, parents first. */
export function foldersOf(entries: readonly PackageEntry[]): string[] {
  const folders = new Set<string>();
  for (const { path } of entries) {
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) folders.add(folder);
  }
  return [...folders].sort();
}
