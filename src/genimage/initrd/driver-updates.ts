import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import { archiveFormat, archiveLocale } from '../../system/archive-format.ts';
import { run } from '../../system/exec.ts';
import { namespaceArgv } from '../../system/namespace.ts';
import { type Build, treeChanges, warn } from '../build-context.ts';
import { inStep } from '../build-step.ts';
import { entriesBelow, type UpdateFile, updateFiles } from './driver-update-files.ts';
import { allUpdate, namedDrivers, updateOnly } from './drivers.ts';
import type { Kernel } from './kernel.ts';
import { moduleName, readModuleIndex } from './module-index.ts';
import { copyToTree, linkInTree } from '../../system/tree-file.ts';

/**
 * Merges the modules and the firmware of driverupdatesrc into the image (xCAT) and gives the names of the
 * modules that go into the initrd. Driver disks count as they are; driver packages only with netdrivers set,
 * see wantedBy. Modules for another kernel are left out unless --ignorekernelchk.
 */
export async function mergeDriverUpdates(build: Build, kernel: Kernel): Promise<readonly string[]> {
  const { plan } = build;
  const updates = plan.files.filter((file) => file.role === 'driverupdate');
  if (updates.length === 0) return [];
  return inStep(build, 'Merge the driver updates', async () => {
    const { dependencies } = await readModuleIndex(build.root, kernel.version);
    const wanted = wantedBy(plan.netdrivers, dependencies);
    const forInitrd: string[] = [];
    for (const [index, { path }] of updates.entries()) {
      const folder = join(build.temporary, `drivers-${index}`);
      await mkdir(folder);
      const isPackage = await isRpm(path);
      if (isPackage && plan.netdrivers.length === 0) {
        warn(build, `The driver package ${path} is not used: no netdrivers are set.`);
        continue;
      }
      await (isPackage ? unpack(path, folder) : unpackDisk(path, folder));
      await unpackInner(folder, plan.image.arch);
      const found = await updateFiles(build, folder, kernel.version, path);
      for (const file of found) {
        const { module } = file;
        const place = isPackage && module !== undefined ? wanted(module) : 'initrd';
        if (place !== undefined) await merge(build, file);
        if (place === 'initrd' && module !== undefined) forInitrd.push(module);
      }
      await rm(folder, { recursive: true, force: true });
    }
    return [...new Set(forInitrd)];
  });
}

/**
 * Whether a module of a driver package goes into the image, and whether the initrd must hold it. Those that
 * netdrivers names go into both. With
 * `updateonly` others that this kernel has are brought up to date, and are in the initrd where the ones
 * before were. With
 * `allupdate` alone all go into both.
 */
export function wantedBy(
  netdrivers: readonly string[],
  ofKernel: ReadonlyMap<string, unknown>,
): (module: string) => 'initrd' | 'tree' | undefined {
  const named = namedDrivers(netdrivers).map(moduleName);
  const all = named.length === 0 && netdrivers.includes(allUpdate);
  const known = netdrivers.includes(updateOnly);
  return (module) => {
    if (all || named.includes(module)) return 'initrd';
    return known && ofKernel.has(module) ? 'tree' : undefined;
  };
}

/** By its first bytes (rpm: lead magic). */
async function isRpm(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('hex') === 'edabeedb';
  } finally {
    await file.close();
  }
}

/**
 * bsdtar reads packages, cpio archives with their compressors, and ISO files; also lists that name files of
 * the host (mtree(5)).
 */
async function unpack(path: string, folder: string): Promise<void> {
  if ((await archiveFormat(path))?.format === 'mtree') {
    throw new RootimgError('driverupdate-format', `${path} is a list of files, no driver update.`, {
      hint: 'Correct driverupdatesrc: dud:IMAGE for driver disks, rpm:FILE for driver packages.',
    });
  }
  const argv = ['bsdtar', '--extract', '--no-same-owner', '--file', path, '--directory', folder];
  await run(argv, { action: `unpack ${path}`, env: archiveLocale });
}

/**
 * A driver disk is an ISO file, or the image of a file system that is mounted for a moment, in a namespace of
 * its own.
 */
async function unpackDisk(path: string, folder: string): Promise<void> {
  const readable = await run(['bsdtar', '--list', '--file', path], { okCodes: [0, 1], env: archiveLocale });
  // A file system begins with zeros, which are an empty tar archive.
  if (readable.exitCode === 0 && readable.stdout !== '') return unpack(path, folder);
  const script = 'mount -o loop,ro "$1" /mnt && cp -R --preserve=timestamps /mnt/. "$2"';
  await run(namespaceArgv(['sh', '-c', script, 'sh', path, folder], { network: false }), {
    action: `read the driver disk ${path}`,
  });
}

/**
 * Packages of a driver disk lie in `rpms/<arch>`; older ones have their modules in a compressed cpio archive.
 */
async function unpackInner(folder: string, arch: string): Promise<void> {
  for (const { path: name, entry } of await entriesBelow(folder)) {
    if (!entry.isFile()) continue;
    const ofArch = /(^|\/)rpms\/([^/]+)\//.exec(name)?.[2];
    const isInner = /\.rpm$|(^|\/)modules\.cgz$/.test(name);
    if (isInner && (ofArch === undefined || ofArch === arch)) await unpack(join(folder, name), folder);
  }
}

/** The times of the update stay: by them the next build sees whether its initrd would be another one. */
async function merge(build: Build, { source, target }: UpdateFile): Promise<void> {
  treeChanges(build);
  if (typeof source === 'string') await copyToTree(build.root, source, target);
  else await linkInTree(build.root, target, source.link);
}
