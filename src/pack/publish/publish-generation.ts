import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextFile } from '../../base/regular-file.ts';
import { RootimgError } from '../../base/errors.ts';
import { flushFile } from '../../base/flush.ts';
import { bootFiles, kernelName, rollbackMarkName } from '../../plan/generation.ts';
import { manifestName, type PackedRecord } from '../../plan/manifest.ts';
import { keptMembersName } from '../../plan/layer-list.ts';
import { digestOrReason, fileDigest } from '../../system/file-digest.ts';
import { publishFile, type Unpublished, writeFileAtomic } from '../../system/publish.ts';
import type { Scope } from '../../system/scope.ts';
import { sweepTemporary, temporaryPath } from '../../system/temp.ts';
import { type Generation, readManifest } from './generations.ts';
import { cloneOrCopy, linkOrCopy } from './keep-generation.ts';
import { removeOtherForms } from './publish.ts';
import { markRollback } from './rollback-mark.ts';
import { copySignatures } from './sign-boot-files.ts';
import { keepSignedList, settleSignedList } from './signed-list.ts';

/** A file that nodes boot from, by its published name, and the kept file that it is. */
type BootFile = (typeof bootFiles)[number];

/** What the manifest of a set says of its pack. Throws `generation-damaged` when it cannot be read. */
export function packOf({ number, folder, manifest }: Generation): PackedRecord {
  if (manifest?.pack !== undefined) return manifest.pack;
  throw new RootimgError(
    'generation-damaged',
    `Generation ${number} has no readable ${manifestName} in ${folder}.`,
  );
}

/**
 * Puts a set in place by renames; kernel and initrds in all of `folders`. When its kernel is another one,
 * they are first taken away and come back last, the kernel at the very end: at no moment is a kernel there
 * with another kernel's initrd or root, and a node that asks in between finds none and asks again. A mark
 * says what was under way, so that the next run finishes it. Gives warnings.
 */
export async function publishGeneration(
  scope: Scope,
  rootimgdir: string,
  folders: readonly string[],
  target: Generation,
): Promise<string[]> {
  const pack = packOf(target);
  for (const folder of folders) {
    await mkdir(folder, { recursive: true });
    await sweepTemporary(folder);
  }
  const changed = await changedBootFiles(folders, pack);
  const isOtherKernel = changed.some(({ name }) => name === kernelName);
  const text = await readTextFile(join(target.folder, manifestName));
  const prepare = async (folder: string, kept: string, name = kept): Promise<Unpublished> => {
    const temporary = temporaryPath(folder, name);
    scope.defer('temporary file', () => rm(temporary, { force: true }));
    await cloneOrCopy(join(target.folder, kept), temporary);
    return { temporary, final: join(folder, name) };
  };
  const root = await prepare(rootimgdir, pack.file);
  const layers: Unpublished[] = [];
  for (const { file, sha256 } of pack.layers ?? []) {
    const final = join(rootimgdir, file);
    if ((await digestOrReason(final)) === sha256) continue;
    const temporary = temporaryPath(rootimgdir, file);
    scope.defer('temporary file', () => rm(temporary, { force: true }));
    await linkOrCopy(join(target.folder, file), temporary);
    layers.push({ temporary, final });
  }
  const boot: Unpublished[] = [];
  // With another kernel all are taken away: all must be there to come back, also those that a killed run has
  // put in place already.
  const renewed = isOtherKernel ? filesOf(pack) : changed;
  for (const { name, kept } of renewed) {
    for (const folder of folders) boot.push(await prepare(folder, kept, name));
  }
  await keepSignedList(rootimgdir, (await readManifest(rootimgdir))?.pack);
  await markRollback(rootimgdir, target.number, folders);
  if (isOtherKernel) await takeBootFilesAway(folders);
  for (const { temporary, final } of [...layers, root]) await publishFile(temporary, final);
  await writeFileAtomic(`${root.final}.sha256`, `${pack.sha256}  ${pack.file}\n`);
  if (pack.layers !== undefined) await placeKeptMembers(rootimgdir, target.folder);
  await removeOtherForms(rootimgdir, pack);
  const warnings = await settleSignedList(rootimgdir, pack, target.manifest, target.folder);
  for (const { temporary, final } of boot) await publishFile(temporary, final);
  for (const { name, kept } of renewed) {
    for (const folder of folders) await copySignatures(join(target.folder, kept), join(folder, name));
  }
  await writeFileAtomic(join(rootimgdir, manifestName), text);
  await rm(join(rootimgdir, rollbackMarkName));
  await flushFile(rootimgdir);
  return warnings;
}

/** What is known of the members of a set; without it the next pack in layers begins with a new base. */
async function placeKeptMembers(rootimgdir: string, kept: string): Promise<void> {
  const final = join(rootimgdir, keptMembersName);
  await rm(final, { force: true });
  await linkOrCopy(join(kept, keptMembersName), final).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** What nodes are given of a set, the kernel last. */
function filesOf(pack: PackedRecord): BootFile[] {
  return bootFiles.filter(({ kept }) => pack.bootFiles?.[kept] !== undefined);
}

/** Those that are other ones than the set's, or not in place, in any of the folders. */
async function changedBootFiles(folders: readonly string[], pack: PackedRecord): Promise<BootFile[]> {
  const changed: BootFile[] = [];
  for (const file of filesOf(pack)) {
    const now = await Promise.all(
      folders.map((folder) => fileDigest(join(folder, file.name)).catch(() => '')),
    );
    if (now.some((digest) => digest !== pack.bootFiles?.[file.kept])) changed.push(file);
  }
  return changed;
}

/** The kernels first: a node begins with them. Gone ones are no error: a killed run may have begun. */
async function takeBootFilesAway(folders: readonly string[]): Promise<void> {
  for (const { name } of bootFiles.toReversed()) {
    for (const folder of folders) await rm(join(folder, name), { force: true });
  }
  for (const folder of folders) await flushFile(folder);
}
