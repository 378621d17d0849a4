import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../system/file-digest.ts';
import { controlFields } from '../deb/control-fields.ts';

/**
 * Makes, in the new folder `index`, the index of a folder of plain .deb files: what dpkg-scanpackages writes,
 * which not every host has. The folder itself stays as it is.
 */
export async function indexPlainFolder(folder: string, index: string): Promise<void> {
  await mkdir(index);
  await symlink(folder, join(index, 'pool'));
  const stanzas: string[] = [];
  for (const name of await debFiles(folder)) stanzas.push(await stanzaOf(folder, name));
  await writeFile(join(index, 'Packages'), stanzas.join('\n'));
}

/** Names of the packages in a folder and those below it, sorted. */
export async function debFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith('.deb')).sort();
}

async function stanzaOf(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  const control = await controlFields(path);
  const { size, sha256 } = await digestOf(path);
  return `${control.trimEnd()}\nFilename: ./pool/${name}\nSize: ${size}\nSHA256: ${sha256}\n`;
}
