import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextFile } from '../base/regular-file.ts';
import { RootimgError } from '../base/errors.ts';
import { openArchive, readArchiveText } from './archive.ts';
import { openFolder } from './folder.ts';
import { leavingLinks } from './leaving-links.ts';
import { isMarker } from './markers.ts';
import type { Medium, MediumFacts } from './medium.ts';

/** Bytes; a .treeinfo with all its checksums has some tens of thousands. */
const longestMarker = 1_000_000;

/**
 * Opens an ISO file, a device or a folder and reads its table of contents. Throws `medium-missing`,
 * `medium-unreadable`, or what a medium is refused for that reaches out of itself.
 */
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
  const medium = found.isDirectory() ? await openFolder(path) : await openArchive(path);
  const leaving = leavingLinks(medium.entries);
  if (leaving.length === 0) return medium;
  throw new RootimgError('medium-links', `${path} has links that lead out of it.`, {
    details: leaving.slice(0, 12).map((link) => `  ${link.path} → ${link.target}`),
    hint: 'The medium is not what its vendor made. A folder of your own may have files in the place of links.',
  });
}

/** Reads the files that say what the medium is. */
export async function readFacts(medium: Medium): Promise<MediumFacts> {
  const texts = new Map<string, string>();
  for (const { path, type, size } of medium.entries) {
    if (type !== 'file' || !isMarker(path)) continue;
    if ((size ?? 0) > longestMarker) {
      throw new RootimgError('medium-unreadable', `${path} on ${medium.path} has ${size} bytes.`, {
        hint: 'Such a file of an installation medium has some thousand.',
      });
    }
    const text =
      medium.kind === 'folder'
        ? await readTextFile(join(medium.path, path))
        : await readArchiveText(medium.path, path);
    texts.set(path, text);
  }
  return { names: new Set(medium.entries.map((entry) => entry.path)), texts };
}
