import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyWhole } from '../../base/copy-file.ts';
import { requireSafeFolder } from '../../base/safe-folder.ts';
import type { Site } from '../../definition/site.ts';
import { copyBootFiles, discardBootFiles, putInPlace } from '../../genimage/publish-boot-files.ts';
import { removeOtherForms } from '../../pack/publish/publish.ts';
import { manifestName, manifestText } from '../../plan/manifest.ts';
import { signedListNames } from '../../plan/signed-list.ts';
import { digestOrReason } from '../../system/file-digest.ts';
import { lockImageDir } from '../../system/lock.ts';
import { publishFile, publishFiles, writeUnpublished } from '../../system/publish.ts';
import { orRemove, sweepTemporary, temporaryPath } from '../../system/temp.ts';
import type { ImportPlan, PlacedFile } from './import-plan.ts';

/**
 * Puts the files of an import in place: lists, then the packed root, then kernel and initrd, also into the
 * tftp folder where the site has one. Each is written beside its name and renamed; a list that is another one
 * becomes `.ORIG` (xCAT). Says each place.
 */
export async function placeImage(
  plan: ImportPlan,
  tftpImageDir: string,
  { tftpdir }: Site,
  tell: (line: string) => void,
): Promise<void> {
  const { rootimgdir } = plan;
  for (const list of plan.lists) await placeList(list, tell);
  await makeFolder(rootimgdir);
  const release = await lockImageDir(rootimgdir, `imgimport ${plan.object.name}`);
  try {
    await sweepTemporary(rootimgdir);
    await placePacked(plan);
    tell(join(rootimgdir, plan.packed.name));
    const folders = [rootimgdir];
    if (existsSync(tftpdir)) {
      await makeFolder(tftpImageDir);
      folders.push(tftpImageDir);
    }
    for (const folder of folders) {
      const prepared = await copyBootFiles(folder, { kernel: plan.kernel.path, initrd: plan.initrd.path });
      try {
        await putInPlace([prepared]);
      } finally {
        await discardBootFiles([prepared]);
      }
      tell(join(folder, 'kernel'));
    }
  } finally {
    release();
  }
}

/** Other users can exchange nothing on the way. */
async function makeFolder(folder: string): Promise<void> {
  await requireSafeFolder(dirname(folder), 'parent');
  await mkdir(folder, { recursive: true });
  await requireSafeFolder(folder);
}

async function placeList({ from, to, mode }: PlacedFile, tell: (line: string) => void): Promise<void> {
  await makeFolder(dirname(to));
  tell(to);
  const before = await digestOrReason(to);
  if (before === from.sha256) return;
  if (before !== 'ENOENT') {
    tell(`  Moving old ${to} to ${to}.ORIG.`);
    await rename(to, `${to}.ORIG`);
  }
  const temporary = temporaryPath(dirname(to), 'list');
  await orRemove(temporary, async () => {
    await copyWhole(from.path, temporary, { exclusive: true });
    await chmod(temporary, mode);
    await publishFile(temporary, to);
  });
}

/** What described the image that lay there before says nothing of this one. */
async function placePacked({ rootimgdir, packed, manifest }: ImportPlan): Promise<void> {
  const path = join(rootimgdir, packed.name);
  const temporary = temporaryPath(rootimgdir, packed.name);
  await orRemove(temporary, async () => {
    // On the same file system a rename, as a packed root is large.
    await rename(packed.file.path, temporary).catch(() => copyWhole(packed.file.path, temporary));
    await chmod(temporary, 0o644);
  });
  const digest = await writeUnpublished(`${path}.sha256`, `${packed.file.sha256}  ${packed.name}\n`);
  for (const name of signedListNames) await rm(join(rootimgdir, name), { force: true });
  await rm(join(rootimgdir, manifestName), { force: true });
  await publishFiles([{ temporary, final: path }, digest]);
  if (manifest !== undefined) {
    await publishFiles([await writeUnpublished(join(rootimgdir, manifestName), manifestText(manifest))]);
  }
  await removeOtherForms(rootimgdir, { file: packed.name });
}
