import { chmod, readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFile } from '../../base/write-file.ts';
import { isFolder } from '../../base/exists.ts';
import { flushFile } from '../../base/flush.ts';
import { rollbackMarkName } from '../../plan/generation.ts';
import { type Manifest, manifestName, manifestText, type PackedRecord } from '../../plan/manifest.ts';
import type { PackPlan } from '../../plan/pack-plan.ts';
import { type SignedList, signedListNames } from '../../plan/signed-list.ts';
import { publishFiles, writeUnpublished } from '../../system/publish.ts';
import { temporaryPath } from '../../system/temp.ts';
import type { Tree } from '../../system/tree/open-tree.ts';
import { renameIntoTree, writeInTree } from '../../system/tree/tree-files.ts';
import { markRollback } from './rollback-mark.ts';
import { keepSignedList, settleSignedList, putSignedList } from './signed-list.ts';

/**
 * Puts a verified file in the place of the published one by rename, with its digest and the manifest beside
 * it, and only then removes what other packs of the image left there. A reader sees the old file or the new
 * one. `before` is what was published, `signed` the list for what is now, where one was asked for. Gives
 * warnings.
 */
export async function publishImage(
  rootimgdir: string,
  temporary: string,
  record: PackedRecord,
  manifest: Manifest,
  before: PackedRecord | undefined,
  signed: SignedList | undefined,
): Promise<string[]> {
  const { file, sha256 } = record;
  await keepSignedList(rootimgdir, before);
  await chmod(temporary, 0o644);
  const digest = await writeUnpublished(join(rootimgdir, `${file}.sha256`), `${sha256}  ${file}\n`);
  const said = await writeUnpublished(join(rootimgdir, manifestName), manifestText(manifest)).catch(
    async (error: unknown) => {
      await unlink(digest.temporary);
      throw error;
    },
  );
  // With a set that is kept the next run can finish what a kill leaves between the names.
  if (record.generation !== undefined) await markRollback(rootimgdir, record.generation, []);
  await publishFiles([{ temporary, final: join(rootimgdir, file) }, digest, said]);
  if (signed !== undefined) await putSignedList(rootimgdir, signed);
  await removeOtherForms(rootimgdir, file);
  const warnings = await settleSignedList(rootimgdir, record, manifest, undefined);
  await rm(join(rootimgdir, rollbackMarkName), { force: true });
  await flushFile(rootimgdir);
  return warnings;
}

/**
 * Removes what packs in other forms left in the image folder beside the published file `name`; the signed
 * list stays.
 */
export async function removeOtherForms(rootimgdir: string, name: string): Promise<void> {
  const spared: readonly string[] = [name, `${name}.sha256`, ...signedListNames];
  for (const entry of await readdir(rootimgdir)) {
    const path = join(rootimgdir, entry);
    const isOther = entry.startsWith('rootimg.') && !spared.includes(entry);
    // A link to a folder is somebody's tree on another disk.
    if (isOther && !(await isFolder(path))) await unlink(path);
  }
}

/** The image's manifest (`current`, if there is one) with this pack; what the build wrote there stays. */
export function manifestWith(
  image: PackPlan['image'],
  current: Manifest | undefined,
  pack: PackedRecord,
): Manifest {
  const { name, osvers, arch, profile } = image;
  return { ...current, schema: 1, image: { name, osvers, arch, profile }, pack };
}

/**
 * Renews xcatinfo in the tree, where scripts look for the image's uuid; no link there leads out of the tree.
 * Made in the image folder and renamed into the tree, so that a killed run leaves nothing in the tree. `path`
 * is binary.
 */
export async function renewXcatinfo(
  rootimgdir: string,
  root: Tree,
  path: string,
  text: string,
): Promise<void> {
  const temporary = temporaryPath(rootimgdir, 'xcatinfo');
  try {
    await writeFile(temporary, text, { mode: 0o644 });
    await flushFile(temporary);
    renameIntoTree(root, temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    // The tree may be a file system of its own.
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    writeInTree(root, path, text, 0o644);
  }
}
