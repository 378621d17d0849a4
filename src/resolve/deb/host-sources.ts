import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTextFile } from '../../base/regular-file.ts';
import { hostSources } from '../../family/archives.ts';
import type { SourceEntry } from './source-entry.ts';
import { readSourcesFile, readSourcesList } from './sources-text.ts';

/**
 * The sources of packages that a host has for itself, in both formats; what cannot be read or is not
 * understood is left out.
 */
export async function readHostSources(hostRoot: string): Promise<SourceEntry[]> {
  const folder = join(hostRoot, hostSources.folder);
  const names = (await readdir(folder).catch(() => [])).sort();
  const files = [join(hostRoot, hostSources.file), ...names.map((name) => join(folder, name))];
  const found: SourceEntry[] = [];
  for (const file of files) {
    const text = await readTextFile(file).catch(() => '');
    const entries = file.endsWith('.sources') ? readSourcesFile(text, file).entries : [];
    const lines = file.endsWith('.list') ? readSourcesList(text, file) : [];
    for (const entry of [...entries, ...lines]) found.push(...(await plainAddress(entry, hostRoot)));
  }
  return found;
}

/** `mirror+file:` names a file with addresses, as images for clouds have it: the first one counts. */
async function plainAddress(entry: SourceEntry, hostRoot: string): Promise<SourceEntry[]> {
  if (/^(https?|ftp|file):/.test(entry.uri)) return [entry];
  const file = /^mirror\+(file:.*)$/.exec(entry.uri)?.[1];
  if (file === undefined) return [];
  const path = join(hostRoot, fileURLToPath(file.replace(/^file:\/*/, 'file:///')));
  const text = await readTextFile(path).catch(() => '');
  const uri = /^[ \t]*((?:https?|ftp):\S+)/m.exec(text)?.[1];
  return uri === undefined ? [] : [{ ...entry, uri }];
}

/**
 * Tells entries of the archive of a host whose suite is `own` from those of others: they have its suite, or
 * the word for it that moves with each release.
 */
export function isOfArchive(own: string): (entry: SourceEntry) => boolean {
  const bases = new Set([own, 'stable', 'oldstable', 'oldoldstable', 'testing']);
  return ({ suite, components }) =>
    bases.has(suite.replace(/-(updates|security)$/, '')) && components.includes('main');
}
