import { chmod, copyFile, constants, link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { flushFile } from '../base/flush.ts';
import { followedPath } from '../base/followed-path.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { bootFiles, initrdName, kernelName, secondInitrdName } from '../plan/generation.ts';
import { fileDigest } from '../system/file-digest.ts';
import { publishFiles, type Unpublished } from '../system/publish.ts';
import { sweepTemporary, temporaryPath } from '../system/temp.ts';
import type { Build } from './build-context.ts';
import { writeMark } from './build-mark.ts';
import { inStep } from './build-step.ts';
import type { Initrd } from './initrd/initrd.ts';
import { copyKernel, type Kernel } from './initrd/kernel.ts';
import { findTftpdir } from './preflight/tftp-folder.ts';

/** Finished boot files, on the file system of the folder that they go to. */
type BootFiles = Readonly<Record<(typeof bootFiles)[number]['name'], string>>;

/** The file that `find` gives for each name. */
export async function eachBootFile(find: (name: string) => Promise<string>): Promise<BootFiles> {
  return {
    [initrdName]: await find(initrdName),
    [secondInitrdName]: await find(secondInitrdName),
    [kernelName]: await find(kernelName),
  };
}

/** Puts kernel and initrd under their final names, in the image folder and, on a management node, in the tftp folder. */
export async function publishBootFiles(build: Build, kernel: Kernel, initrd: Initrd): Promise<void> {
  await inStep(build, 'Publish kernel and initrd', async () => {
    const source = { kernel: join(build.temporary, kernelName), initrd: initrd.file };
    await copyKernel(build, kernel, source.kernel);
    for (const file of Object.values(source)) await chmod(file, 0o644);
    const tftp = await openTftpFolder(build.plan);
    const here = await withSecondName(source, (name) => join(build.temporary, name));
    if (tftp === undefined) return putBeside(build, here);
    const there = await copyTo(tftp, source);
    try {
      await putBeside(build, here);
      await putInPlace(tftp, there);
    } finally {
      for (const file of Object.values(there)) await rm(file, { force: true });
    }
  });
}

/**
 * Puts boot files beside their tree. With --fresh the old tree stays there until the swap, and may not have the modules of this kernel: the
 * mark says so to packimage.
 */
async function putBeside(build: Build, files: BootFiles): Promise<void> {
  if (build.root !== build.place.root) {
    await writeMark(build.folder, 'Publish kernel and initrd');
    build.tree.marked = true;
  }
  await putInPlace(build.folder, files);
}

/**
 * Renames a set of boot files over the one that lies in `folder`. Where the kernel is another one, the old set goes first, its kernel before all, and
 * the new kernel comes last: no node gets the kernel of one build with the initrd of another; one that asks in between finds none and
 * asks again.
 */
export async function putInPlace(folder: string, files: BootFiles): Promise<void> {
  const file = (name: keyof BootFiles): Unpublished => ({
    temporary: files[name],
    final: join(folder, name),
  });
  await Promise.all(Object.values(files).map(flushFile));
  const before = await fileDigest(join(folder, kernelName)).catch(() => undefined);
  if (before !== (await fileDigest(files[kernelName]))) {
    for (const { name } of bootFiles.toReversed()) await rm(join(folder, name), { force: true });
    await flushFile(folder);
  }
  await publishFiles([file(initrdName), file(secondInitrdName), file(kernelName)]);
}

/** `<tftpdir>/xcat/osimage/<image>`, made and swept; undefined on hosts that serve no nodes. */
async function openTftpFolder(plan: BuildPlan): Promise<string | undefined> {
  const { tftpImageDir } = plan;
  if (tftpImageDir === undefined || findTftpdir(plan) === undefined) return undefined;
  await mkdir(await followedPath(tftpImageDir), { recursive: true });
  await sweepTemporary(tftpImageDir);
  return tftpImageDir;
}

interface Source {
  readonly kernel: string;
  readonly initrd: string;
}

async function copyTo(folder: string, source: Source): Promise<BootFiles> {
  const copy = async (from: string) => {
    const to = temporaryPath(folder, 'boot');
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    return to;
  };
  const copies = { kernel: await copy(source.kernel), initrd: await copy(source.initrd) };
  return withSecondName(copies, (name) => temporaryPath(folder, name));
}

async function withSecondName(
  { kernel, initrd }: Source,
  place: (name: string) => string,
): Promise<BootFiles> {
  const second = place(secondInitrdName);
  // File systems without hard links exist.
  await link(initrd, second).catch(() => copyFile(initrd, second));
  return { [initrdName]: initrd, [secondInitrdName]: second, [kernelName]: kernel };
}
