import { chmod, link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyWhole } from '../base/copy-file.ts';
import { flushFile } from '../base/flush.ts';
import { followedPath } from '../base/followed-path.ts';
import { exists } from '../base/exists.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { bootFiles, initrdName, kernelName, secondInitrdName } from '../plan/generation.ts';
import { signatureEnds } from '../plan/signed-list.ts';
import { fileDigest } from '../system/file-digest.ts';
import { throwIfStopped } from '../system/signals.ts';
import { publishFiles, type Unpublished } from '../system/publish.ts';
import { sweepTemporary, temporaryPath } from '../system/temp.ts';
import type { Build } from './build-context.ts';
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

/** A set of boot files, on the disk, that waits beside the names in `folder`. */
export interface BootFolder {
  readonly folder: string;
  readonly files: BootFiles;
  /** The kernel that lies there is another one. */
  readonly isOtherKernel: boolean;
  /** Signatures that lie there, of files that are about to be others: no boot loader would believe them. */
  readonly stale: readonly string[];
}

/**
 * Writes kernel and initrd beside their final names, in the image folder and, on a management node, in the
 * tftp folder.
 */
export async function prepareBootFiles(build: Build, source: BootSource): Promise<BootFolder[]> {
  for (const file of Object.values(source)) await chmod(file, 0o644);
  const tftp = await openTftpFolder(build.plan);
  const here = await withSecondName(source, (name) => join(build.temporary, name));
  const prepared = [await bootFolder(build.folder, here)];
  if (tftp !== undefined) prepared.push(await copyBootFiles(tftp, source));
  return prepared;
}

/** What a prepared set left when it was not published. */
export async function discardBootFiles(folders: readonly BootFolder[]): Promise<void> {
  for (const { files } of folders) {
    for (const file of Object.values(files)) await rm(file, { force: true });
  }
}

/** The files go to the disk, and all that takes time is done: what follows are renames. */
export async function bootFolder(folder: string, files: BootFiles): Promise<BootFolder> {
  await Promise.all(Object.values(files).map(flushFile));
  const before = await fileDigest(join(folder, kernelName)).catch(throwIfStopped);
  const isOtherKernel = before !== (await fileDigest(files[kernelName]));
  return { folder, files, isOtherKernel, stale: await staleSignatures(folder, files) };
}

async function staleSignatures(folder: string, files: BootFiles): Promise<string[]> {
  const stale: string[] = [];
  for (const { name } of bootFiles) {
    const path = join(folder, name);
    const signed = await Promise.all(signatureEnds.map((end) => exists(`${path}${end}`)));
    if (!signed.includes(true)) continue;
    const now = await fileDigest(path).catch(throwIfStopped);
    if (now !== (await fileDigest(files[name]))) stale.push(...signatureEnds.map((end) => `${path}${end}`));
  }
  return stale;
}

/**
 * Renames sets of boot files over those that lie in the folders. Where the kernel is another one, the old set
 * goes first, its kernel before all, and the new kernel comes last: no node gets the kernel of one build with
 * the initrd of another; one that asks in between finds none and asks again. Nothing stops it half way but a
 * failure.
 */
export async function putInPlace(folders: readonly BootFolder[]): Promise<void> {
  for (const { folder, files, isOtherKernel, stale } of folders) {
    const file = (name: keyof BootFiles): Unpublished => ({
      temporary: files[name],
      final: join(folder, name),
    });
    for (const signature of stale) await rm(signature, { force: true });
    if (isOtherKernel) {
      for (const { name } of bootFiles.toReversed()) await rm(join(folder, name), { force: true });
      await flushFile(folder);
    }
    await publishFiles([file(initrdName), file(secondInitrdName), file(kernelName)]);
  }
}

/** `<tftpdir>/xcat/osimage/<image>`, made and swept; undefined on hosts that serve no nodes. */
async function openTftpFolder(plan: BuildPlan): Promise<string | undefined> {
  const { tftpImageDir } = plan;
  if (tftpImageDir === undefined || findTftpdir(plan) === undefined) return undefined;
  await mkdir(await followedPath(tftpImageDir), { recursive: true });
  await sweepTemporary(tftpImageDir);
  return tftpImageDir;
}

/** Paths of the finished files, in the temporary folder of the build. */
export interface BootSource {
  readonly kernel: string;
  readonly initrd: string;
}

/** A copy of kernel and initrd beside their final names in `folder`. */
export async function copyBootFiles(folder: string, source: BootSource): Promise<BootFolder> {
  const place = { kernel: temporaryPath(folder, kernelName), initrd: temporaryPath(folder, initrdName) };
  const second = temporaryPath(folder, secondInitrdName);
  try {
    for (const name of ['kernel', 'initrd'] as const) {
      await copyWhole(source[name], place[name]);
    }
    return await bootFolder(folder, await withSecondName(place, () => second));
  } catch (error) {
    for (const file of [place.kernel, place.initrd, second]) await rm(file, { force: true });
    throw error;
  }
}

async function withSecondName(
  { kernel, initrd }: BootSource,
  place: (name: string) => string,
): Promise<BootFiles> {
  const second = place(secondInitrdName);
  // File systems without hard links exist.
  await link(initrd, second).catch(() => copyWhole(initrd, second));
  return { [initrdName]: initrd, [secondInitrdName]: second, [kernelName]: kernel };
}
