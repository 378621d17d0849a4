import { access, constants, stat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../base/errors.ts';
import { openArchive, readArchiveText } from './archive.ts';
import { openFolder } from './folder.ts';
import type { Medium, MediumFacts } from './medium.ts';
import { isMarker } from './markers.ts';

/** Opens an ISO file, a device or a folder and reads its table of contents. Throws `medium-missing` or `medium-unreadable`. */
export async function openMedium(path: string): Promise<Medium> {
  const found = await stat(path).catch(() => undefined);
  const readable = await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
  if (found === undefined || !readable) {
    throw new RootimgError('medium-missing', `${path} cannot be ${found === undefined ? 'found' : 'read'}.`, {
      hint: 'An ISO file, a device such as /dev/sr0, or a folder with the content of a medium was expected.',
    });
  }
  return found.isDirectory() ? openFolder(path) : openArchive(path);
}

/** Reads the files that say what the medium is. */
export async function readFacts(medium: Medium): Promise<MediumFacts> {
  const texts = new Map<string, string>();
  for (const { path, type } of medium.entries) {
    if (type !== 'file' || !isMarker(path)) continue;
    const text =
      medium.kind === 'folder'
        ? await readFile(join(medium.path, path), 'utf8')
        : await readArchiveText(medium.path, path);
    texts.set(path, text);
  }
  return { names: new Set(medium.entries.map((entry) => entry.path)), texts };
}
