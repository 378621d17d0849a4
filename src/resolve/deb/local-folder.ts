import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, isFolder } from '../../base/exists.ts';
import { readIfThere } from '../../base/read-if-there.ts';

/** A suite of a folder that is laid out as mirrors and media are. */
export interface LocalSuite {
  readonly name: string;
  /** Those with an index for the architecture. */
  readonly components: readonly string[];
}

/** What a folder of this host holds for an image of an architecture. */
export type LocalFolder =
  /** `dists/` and a pool. */
  | { readonly kind: 'archive'; readonly suites: readonly LocalSuite[]; readonly isLive: boolean }
  /** An index beside the packages. */
  | { readonly kind: 'flat' }
  /** Packages alone. */
  | { readonly kind: 'plain' }
  | { readonly kind: 'none' };

const index = /^Packages(\.(gz|xz|bz2|lzma|zst))?$/;

/** Looks what a folder is. Rejects when it cannot be read. */
export async function lookAt(folder: string, architecture: string): Promise<LocalFolder> {
  const names = await readdir(folder);
  if (names.includes('dists')) return archiveAt(folder, architecture);
  if (names.some((name) => index.test(name))) return { kind: 'flat' };
  if (names.includes('casper')) return { kind: 'archive', suites: [], isLive: true };
  if (names.some((name) => name.endsWith('.deb'))) return { kind: 'plain' };
  return { kind: 'none' };
}

async function archiveAt(folder: string, architecture: string): Promise<LocalFolder> {
  const dists = join(folder, 'dists');
  const names = (await readdir(dists).catch(() => [])).sort();
  const suites: LocalSuite[] = [];
  for (const name of names) {
    if (!(await isFolder(join(dists, name)))) continue;
    const components = await componentsOf(join(dists, name), architecture);
    if (components.length > 0) suites.push({ name, components });
  }
  // A live medium brings the few packages that its installer adds, and an index of them.
  return { kind: 'archive', suites, isLive: await isFolder(join(folder, 'casper')) };
}

/** The components that the Release file of a suite names, else its folders, as far as they have an index. */
async function componentsOf(suite: string, architecture: string): Promise<string[]> {
  const release =
    (await readIfThere(join(suite, 'Release'))) ?? (await readIfThere(join(suite, 'InRelease')));
  const named = /^Components:(.*)$/m
    .exec(release ?? '')?.[1]
    ?.trim()
    .split(/\s+/);
  const found: string[] = [];
  for (const component of named ?? (await readdir(suite)).sort()) {
    if (/^\.|(^|\/)\.\.(\/|$)/.test(component)) continue;
    for (const one of [architecture, 'all']) {
      const names = await readdir(join(suite, component, `binary-${one}`)).catch(() => []);
      if (!names.some((name) => index.test(name))) continue;
      found.push(component);
      break;
    }
  }
  return found;
}

/** Whether the Release file of a suite, or of a flat repository, has a signature beside it or in it. */
export async function isSigned(folder: string): Promise<boolean> {
  return (await exists(join(folder, 'InRelease'))) || (await exists(join(folder, 'Release.gpg')));
}

/** The folders at and below `folder` that hold packages, sorted; nothing below one that does. */
export async function packageFolders(folder: string, architecture: string): Promise<string[]> {
  const found = await lookAt(folder, architecture);
  if (found.kind !== 'none') return [folder];
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  const lists = below.sort().map((path) => packageFolders(path, architecture).catch(() => []));
  return (await Promise.all(lists)).flat();
}

/** True for something that is there and not a folder. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
