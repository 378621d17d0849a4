import { copyFile, mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RootimgError } from '../../errors.ts';
import { run } from '../../system/exec.ts';
import { namespaceArgv } from '../../system/namespace.ts';
import { type Build, treeChanges, warn } from '../build-context.ts';
import { inStep } from '../build-step.ts';
import { allUpdate } from './drivers.ts';
import type { Kernel } from './kernel.ts';
import { moduleName } from './module-index.ts';
import { insideTree } from '../tree/tree-path.ts';

/** A file out of a driver update, and where it goes in the image. */
interface UpdateFile {
  readonly source: string;
  readonly target: string;
  /** Name of the module; absent for firmware. */
  readonly module?: string;
}

/**
 * Merges the modules and the firmware of driverupdatesrc into the image (xCAT) and gives the names of the modules. Driver disks count as
 * they are; driver packages only with netdrivers set: the drivers named there, or with `allupdate` alone all of them. Modules for
 * another kernel are left out unless --ignorekernelchk.
 */
export async function mergeDriverUpdates(build: Build, kernel: Kernel): Promise<readonly string[]> {
  const { plan } = build;
  const updates = plan.files.filter((file) => file.role === 'driverupdate');
  if (updates.length === 0) return [];
  return inStep(build, 'Merge the driver updates', async () => {
    const merged: string[] = [];
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
      const wanted = isPackage ? found.filter(wantedBy(plan.netdrivers)) : found;
      for (const file of wanted) await merge(build, file);
      merged.push(...wanted.flatMap(({ module }) => module ?? []));
      await rm(folder, { recursive: true, force: true });
    }
    return [...new Set(merged)];
  });
}

function wantedBy(netdrivers: readonly string[]): (file: UpdateFile) => boolean {
  const named = netdrivers.filter((name) => name !== allUpdate).map(moduleName);
  return ({ module }) => module === undefined || named.length === 0 || named.includes(module);
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

/** bsdtar reads packages, cpio archives with their compressors, and ISO files. */
async function unpack(path: string, folder: string): Promise<void> {
  const argv = ['bsdtar', '--extract', '--no-same-owner', '--file', path, '--directory', folder];
  await run(argv, { action: `unpack ${path}` });
}

/** A driver disk is an ISO file, or the image of a file system that is mounted for a moment, in a namespace of its own. */
async function unpackDisk(path: string, folder: string): Promise<void> {
  const readable = await run(['bsdtar', '--list', '--file', path], { okCodes: [0, 1] });
  // A file system begins with zeros, which are an empty tar archive.
  if (readable.exitCode === 0 && readable.stdout !== '') return unpack(path, folder);
  const script = 'mount -o loop,ro "$1" /mnt && cp -R --no-preserve=all /mnt/. "$2"';
  await run(namespaceArgv(['sh', '-c', script, 'sh', path, folder], { network: false }), {
    action: `read the driver disk ${path}`,
  });
}

/** Packages of a driver disk lie in `rpms/<arch>`; older ones have their modules in a compressed cpio archive. */
async function unpackInner(folder: string, arch: string): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  for (const name of names) {
    const ofArch = /(^|\/)rpms\/([^/]+)\//.exec(name)?.[2];
    const isInner = /\.rpm$|(^|\/)modules\.cgz$/.test(name);
    if (isInner && (ofArch === undefined || ofArch === arch)) await unpack(join(folder, name), folder);
  }
}

async function updateFiles(
  build: Build,
  folder: string,
  version: string,
  origin: string,
): Promise<UpdateFile[]> {
  const found: UpdateFile[] = [];
  const others = new Set<string>();
  for (const name of await readdir(folder, { recursive: true })) {
    const source = join(folder, name);
    const firmware = /(^|\/)lib\/firmware\/(.+\.\w+)$/.exec(name)?.[2];
    if (firmware !== undefined) found.push({ source, target: `lib/firmware/${firmware}` });
    if (!/\.ko(\.(xz|gz|zst))?$/.test(name)) continue;
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

async function merge(build: Build, { source, target }: UpdateFile): Promise<void> {
  treeChanges(build);
  const path = await insideTree(build.root, target);
  await mkdir(dirname(path), { recursive: true });
  // A file that others link to keeps its content.
  await rm(path, { force: true });
  await copyFile(source, path);
}
