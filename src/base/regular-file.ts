import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';

/** The empty file that everybody knows. */
const nullDevice = '/dev/null';

/**
 * The bytes of a file that an administrator's list or attribute names. Rejects with code EISDIR for a folder and ENOTREG for a device or a
 * pipe, which might never end; `/dev/null` is an empty file.
 */
export async function readRegularFile(path: string): Promise<Buffer> {
  refuseOther(path, await stat(path));
  return readFile(path);
}

/** Throws what readRegularFile rejects with for what stands at `path`. */
export function refuseOther(path: string, found: Stats): void {
  if (found.isFile() || path === nullDevice) return;
  throw Object.assign(new Error('no regular file'), { code: found.isDirectory() ? 'EISDIR' : 'ENOTREG' });
}
