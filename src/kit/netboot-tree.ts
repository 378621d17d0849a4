import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../base/errors.ts';
import type { Installation } from './installation.ts';

/** A file of a tree that is to be made somewhere else. */
export interface TreeFile {
  /** Relative, with `/`. */
  readonly path: string;
  /** The file that holds the content; symbolic links are followed. */
  readonly source: string;
  readonly mode: 0o644 | 0o755;
  /** A profile is the administrator's to edit; a program is ours. */
  readonly kind: 'profile' | 'program';
}

const commonFolder = 'common';

/**
 * What goes where in a netboot folder: for every family (or those named) its profile files, and so that each
 * family's folder works when only it is copied, the launcher, the one-file genimage and the initrd module.
 * Sorted by path. `common` is left to the caller. Throws `unknown-family` and `not-built`.
 */
export async function netbootTree(
  installation: Installation,
  families?: readonly string[],
): Promise<TreeFile[]> {
  const known = await familyNames(installation);
  const unknown = (families ?? []).filter((family) => !known.includes(family));
  if (unknown.length > 0) {
    throw new RootimgError('unknown-family', `No netboot folder of that name: ${unknown.join(', ')}.`, {
      hint: `Known: ${known.join(', ')}.`,
    });
  }
  const programs = await familyPrograms(installation);
  const files: TreeFile[] = [];
  for (const family of families ?? known) {
    const taken = new Set(programs.map((file) => file.path));
    const profiles = await filesBelow(join(installation.netboot, family), 'profile');
    for (const file of [...programs, ...profiles.filter((file) => !taken.has(file.path))]) {
      files.push({ ...file, path: `${family}/${file.path}` });
    }
  }
  return files.sort(byPath);
}

/** The families that have a netboot folder, sorted. */
export async function familyNames({ netboot }: Installation): Promise<string[]> {
  const names: string[] = [];
  for (const name of await readdir(netboot)) {
    if (name !== commonFolder && (await stat(join(netboot, name))).isDirectory()) names.push(name);
  }
  return names.sort();
}

/** The files that the folders of all families share, as an installation keeps them; sorted by path. */
export async function commonTree({ netboot }: Installation): Promise<TreeFile[]> {
  const files = await filesBelow(join(netboot, commonFolder), 'program');
  return files.map((file) => ({ ...file, path: `${commonFolder}/${file.path}` })).sort(byPath);
}

async function familyPrograms({ netboot, dist }: Installation): Promise<TreeFile[]> {
  const common = join(netboot, commonFolder);
  const bundle = join(dist, 'node/genimage.mjs');
  if ((await stat(bundle).catch(() => undefined)) === undefined) {
    throw new RootimgError('not-built', `${bundle} is missing.`, { hint: 'Run: npm run build' });
  }
  const dracut = await filesBelow(join(common, 'dracut'), 'program');
  return [
    { path: 'genimage', source: join(common, 'genimage'), mode: 0o755, kind: 'program' },
    { path: 'genimage.mjs', source: bundle, mode: 0o644, kind: 'program' },
    ...dracut.map((file) => ({ ...file, path: `dracut/${file.path}` })),
  ];
}

/** All files below a folder, symbolic links followed, with the mode that a copy gets. */
export async function filesBelow(folder: string, kind: TreeFile['kind'], below = ''): Promise<TreeFile[]> {
  const files: TreeFile[] = [];
  for (const name of (await readdir(join(folder, below))).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    const source = join(folder, path);
    const state = await stat(source).catch((error: unknown) => {
      throw new RootimgError('file-unreadable', `${source} cannot be read.`, { cause: error });
    });
    if (state.isDirectory()) files.push(...(await filesBelow(folder, kind, path)));
    else if (state.isFile()) files.push({ path, source, mode: state.mode & 0o100 ? 0o755 : 0o644, kind });
  }
  return files;
}

function byPath(a: TreeFile, b: TreeFile): number {
  return a.path < b.path ? -1 : 1;
}
