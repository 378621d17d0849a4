import { chmod, readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFile } from '../../base/write-file.ts';
import { isFolder } from '../../base/exists.ts';
import { flushFile } from '../../base/flush.ts';
import { rollbackMarkName } from '../../plan/generation.ts';
import { type Manifest, manifestName, manifestText, type PackedRecord } from '../../plan/manifest.ts';
import { isLayerName, keptMembersName } from '../../plan/layer-list.ts';
import type { PackPlan } from '../../plan/pack-plan.ts';
import { type SignedList, signedListNames } from '../../plan/signed-list.ts';
import { publishFiles, type Unpublished, writeUnpublished } from '../../system/publish.ts';
import { temporaryPath } from '../../system/temp.ts';
import type { Tree } from '../../system/tree/open-tree.ts';
import { renameIntoTree, writeInTree } from '../../system/tree/change-tree.ts';
import { markRollback } from './rollback-mark.ts';
import { keepSignedList, settleSignedList, putSignedList } from './signed-list.ts';

/** What takes the place of what is published. */
interface NewPack {
  /** The verified file, beside its name. */
  readonly temporary: string;
  readonly record: PackedRecord;
  readonly manifest: Manifest;
  /** The list for it, where one was asked for. */
  readonly signed: SignedList | undefined;
  /** What has to be there before it. */
  readonly layered: readonly Unpublished[];
}

/**
 * Puts a verified file in the place of the published one by rename, with its digest and the manifest beside
 * it, and only then removes what other packs of the image left there. A reader sees the old file or the new
 * one. `before` is what was published. Gives warnings.
 */
export async function publishImage(
  rootimgdir: string,
  before: PackedRecord | undefined,
  { temporary, record, manifest, signed, layered }: NewPack,
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
  const [first, ...others] = [...layered, { temporary, final: join(rootimgdir, file) }, digest, said];
  if (first !== undefined) await publishFiles([first, ...others]);
  if (signed !== undefined) await putSignedList(rootimgdir, signed);
  await removeOtherForms(rootimgdir, record);
  const warnings = await settleSignedList(rootimgdir, record, manifest, undefined);
  await rm(join(rootimgdir, rollbackMarkName), { force: true });
  await flushFile(rootimgdir);
  return warnings;
}

/**
 * Removes what packs in other forms, or in other layers, left in the image folder beside the published file;
 * the signed list stays.
 */
export async function removeOtherForms(
  rootimgdir: string,
  { file, layers }: Pick<PackedRecord, 'file' | 'layers'>,
): Promise<void> {
  const own = (layers ?? []).map((layer) => layer.file);
  const spared: readonly string[] = [file, `${file}.sha256`, ...signedListNames, ...own];
  if (layers === undefined) await rm(join(rootimgdir, keptMembersName), { force: true });
  for (const entry of await readdir(rootimgdir)) {
    const path = join(rootimgdir, entry);
    const isOther = (entry.startsWith('rootimg.') || isLayerName(entry)) && !spared.includes(entry);
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
