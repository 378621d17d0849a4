import { type Dirent } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import { type Build, warn } from '../build-context.ts';
import { treePlace } from '../../system/tree-file.ts';
import { isModule, moduleName } from './module-index.ts';

/** A file out of a driver update, and where it goes in the image. */
export interface UpdateFile {
  /** Path on the host of a file with content; or what a link says, which goes into the image as it is. */
  readonly source: string | { readonly link: string };
  readonly target: string;
  /** Name of the module; absent for firmware. */
  readonly module?: string;
}

/**
 * Modules and firmware in the folder that a driver update was unpacked into: modules in
 * `lib/modules/<kernel>` stay where they are, those elsewhere go where depmod prefers them; everything in
 * `lib/firmware` is firmware. Modules for another kernel are left out with a warning unless
 * --ignorekernelchk. Throws when there is nothing of either kind.
 */
export async function updateFiles(
  build: Build,
  folder: string,
  version: string,
  origin: string,
): Promise<UpdateFile[]> {
  const found: UpdateFile[] = [];
  const others = new Set<string>();
  for (const { path: name, entry } of await entriesBelow(folder)) {
    const firmware = /(?:^|\/)lib\/firmware\/(.+)$/.exec(name)?.[1];
    if (firmware !== undefined) {
      const source = await firmwareSource(folder, name, entry);
      if (source !== undefined) found.push({ source, target: `lib/firmware/${firmware}` });
    }
    if (!isModule(name)) continue;
    const source = await fileInside(folder, name);
    if (source === undefined) continue;
    const [, of, rest] = /(?:^|\/)lib\/modules\/([^/]+)\/(.+)$/.exec(name) ?? [];
    const module = moduleName(name);
    if (of === version) found.push({ source, target: `lib/modules/${version}/${rest}`, module });
    else if (of === undefined || build.plan.request.ignorekernelchk) {
      // depmod prefers this folder to those of the kernel.
      found.push({ source, target: `lib/modules/${version}/updates/${name.split('/').at(-1)}`, module });
    } else others.add(of);
  }
  if (others.size > 0) {
    const what = `${origin} has modules for ${[...others].join(', ')}, not for the image's kernel ${version}`;
    warn(build, `${what}: they are left out. --ignorekernelchk takes them.`);
  }
  if (found.length > 0 || others.size > 0) return found;
  throw new RootimgError('driverupdate-empty', `There is neither a module nor firmware in ${origin}.`, {
    hint: 'Correct driverupdatesrc: dud:IMAGE for driver disks, rpm:FILE for driver packages.',
  });
}

/** Everything below a folder but folders, by path; no link is followed. */
export async function entriesBelow(
  folder: string,
  below = '',
): Promise<{ readonly path: string; readonly entry: Dirent }[]> {
  const found = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) found.push(...(await entriesBelow(folder, path)));
    else found.push({ path, entry });
  }
  return found;
}

/**
 * A relative link means the same in the image. What an absolute one means is looked for in the update, never
 * on this host.
 */
async function firmwareSource(
  folder: string,
  name: string,
  entry: Dirent,
): Promise<UpdateFile['source'] | undefined> {
  if (entry.isSymbolicLink()) {
    const link = await readlink(join(folder, name));
    if (!link.startsWith('/')) return { link };
  }
  return fileInside(folder, name);
}

/**
 * The file that a path of the update means, links followed inside the update; undefined when there is none.
 */
async function fileInside(folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, await treePlace(folder, name));
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() ? path : undefined;
}
