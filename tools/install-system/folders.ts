import { chmod, mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * The folders that these files need and that are not there yet, relative to the target, parents first; `.` is
 * the target itself.
 */
export async function foldersToMake(target: string, paths: readonly string[]): Promise<string[]> {
  const folders = new Set<string>(['.']);
  for (const path of paths) {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder);
  }
  const missing: string[] = [];
  for (const folder of folders) {
    if ((await stat(join(target, folder)).catch(() => undefined)) === undefined) missing.push(folder);
  }
  return missing.sort();
}

/** Makes folders, and the parents of the target, readable by all whatever the umask. */
export async function makeFolders(target: string, folders: readonly string[]): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  for (const folder of folders) {
    await mkdir(join(target, folder));
    await chmod(join(target, folder), 0o755);
  }
}

/** Removes those folders that are empty, children first; others stay. */
export async function removeEmptyFolders(target: string, folders: readonly string[]): Promise<void> {
  for (const folder of [...folders].sort().reverse()) {
    await rmdir(join(target, folder)).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw error;
    });
  }
}
