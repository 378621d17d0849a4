import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readTextFile } from '../base/regular-file.ts';
import type { Medium } from './medium.ts';

/** The file in a distribution's folder that names the discs which were copied in. */
export const fingerprintName = '.fingerprint';

/**
 * What a disc is known by later (xCAT: md5 of the sorted names of everything on it), so that discs copied by
 * xCAT are known as well.
 */
export function fingerprintOf(medium: Medium): string {
  const names = ['.', ...medium.entries.map((entry) => `./${entry.path}`)].map((name) => Buffer.from(name));
  const hash = createHash('md5');
  for (const name of names.sort(Buffer.compare)) hash.update(name);
  return hash.digest('hex');
}

/**
 * Names, sizes and times of everything on a disc: a copy that was stopped goes on only with the very same
 * disc.
 */
export function contentKey(medium: Medium): string {
  const hash = createHash('sha256');
  for (const { path, type, size, mtime } of medium.entries)
    hash.update(`${path}\0${type} ${size} ${mtime}\n`);
  return hash.digest('hex');
}

/** The fingerprints of the discs in a distribution's folder; undefined when nothing says so. */
export async function readFingerprints(folder: string): Promise<string[] | undefined> {
  const text = await readTextFile(join(folder, fingerprintName)).catch(() => undefined);
  return text?.split(/[,\s]+/).filter((word) => word !== '');
}
