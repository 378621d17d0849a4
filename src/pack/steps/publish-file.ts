import { join } from 'node:path';
import type { PackedRecord } from '../../plan/manifest.ts';
import { inPhase } from '../../report/reporter.ts';
import { xcatinfoText } from '../customise/xcatinfo.ts';
import { tidyAfterPack } from '../publish/after-pack.ts';
import { generationDir } from '../publish/generations.ts';
import { signBootFiles } from '../publish/sign-boot-files.ts';
import { keepGeneration } from '../publish/keep-generation.ts';
import { manifestWith, publishImage } from '../publish/publish.ts';
import { identityNotice } from '../select/findings.ts';
import type { OpenedImage, PackContext, UnpublishedPack } from './open.ts';
import type { SelectedFiles } from './select-files.ts';
import type { VerifiedFile } from './verify-file.ts';

/**
 * Puts the packed file and its manifest in the place of the published ones, renews xcatinfo in the tree, and
 * tells all warnings. Gives the record.
 */
export async function publishFile(
  opened: OpenedImage,
  selected: SelectedFiles,
  { file, record: verified, signed }: UnpublishedPack,
  { staged }: VerifiedFile,
  sign: PackContext['sign'],
): Promise<PackedRecord> {
  const { plan, reporter, tree, before, time } = opened;
  const { rootimgdir, name } = plan.image;
  const warnings = [...verified.warnings];
  const record = { ...verified, warnings };
  const manifest = manifestWith(plan.image, before, record);
  await inPhase(reporter, 'Publish', async () => {
    if (staged !== undefined) await keepGeneration(rootimgdir, staged, record, manifest, signed);
    warnings.push(...(await publishImage(rootimgdir, file, record, manifest, before?.pack, signed)));
    if (sign !== undefined) {
      const kept = staged === undefined ? [] : [generationDir(rootimgdir, staged.number)];
      await signBootFiles(
        sign.signer,
        rootimgdir,
        [rootimgdir, ...kept, sign.tftpImageDir],
        record.bootFiles,
      );
    }
    const xcatinfo = join(tree, Buffer.from(selected.customisation.xcatinfo, 'latin1').toString());
    await tidyAfterPack(
      rootimgdir,
      { path: xcatinfo, text: xcatinfoText({ name, uuid: record.uuid, seconds: time }) },
      { keep: plan.generations, current: staged?.number },
      reporter,
    );
  });
  for (const warning of warnings) reporter.warn(warning);
  const identity = identityNotice(selected.selection);
  if (identity !== undefined) reporter.info(identity);
  reporter.fact('pack', record);
  return record;
}
