import { readFile, stat } from 'node:fs/promises';

/**
 * The bytes of a file that an administrator's list or attribute names. Rejects with code EISDIR for a folder and ENOTREG for a device or a
 * pipe, which might never end.
 */
export async function readRegularFile(path: string): Promise<Buffer> {
  const found = await stat(path);
  if (!found.isFile()) throw notRegular(found.isDirectory());
  return readFile(path);
}

/** The error for what is there and cannot be read as a file. */
export function notRegular(isFolder: boolean): Error {
  return Object.assign(new Error('no regular file'), { code: isFolder ? 'EISDIR' : 'ENOTREG' });
}
