import type { Manifest, PackedRecord } from '../../plan/manifest.ts';
import { inPhase } from '../../report/reporter.ts';
import { xcatinfoText } from '../customise/xcatinfo.ts';
import { tidyAfterPack } from '../publish/after-pack.ts';
import { generationDir, readManifest } from '../publish/generations.ts';
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
  { generation, listed }: VerifiedFile,
  { sign, onPublished }: Pick<PackContext, 'sign' | 'onPublished'>,
): Promise<PackedRecord> {
  const { plan, reporter, root, before, time } = opened;
  const { rootimgdir, name } = plan.image;
  const warnings = [...verified.warnings];
  const record = { ...verified, warnings };
  const manifest = manifestWith(plan.image, before, record);
  const replaced = await publishedBefore(rootimgdir, before);
  await inPhase(reporter, 'Publish', async () => {
    if (generation !== undefined) await keepGeneration(rootimgdir, generation, record, manifest, signed);
    const now = { temporary: file, record, manifest, signed, layered: listed?.unpublished ?? [] };
    warnings.push(...(await publishImage(rootimgdir, before?.pack, now)));
    if (sign !== undefined) {
      const kept = generation === undefined ? [] : [generationDir(rootimgdir, generation.number)];
      await signBootFiles(
        sign.signer,
        rootimgdir,
        [rootimgdir, ...kept, sign.tftpImageDir],
        record.bootFiles,
      );
    }
    const text = xcatinfoText({ name, uuid: record.uuid, seconds: time });
    await tidyAfterPack(
      rootimgdir,
      { root, path: selected.customisation.xcatinfo, text },
      { keep: plan.generations, current: generation?.number },
      reporter,
    );
  });
  for (const warning of warnings) reporter.warn(warning);
  const identity = identityNotice(selected.selection);
  if (identity !== undefined) reporter.info(identity);
  if (replaced !== undefined) await onPublished?.(replaced, manifest);
  reporter.fact('pack', record);
  return record;
}

/**
 * The manifest of what was published until now. The one in the image folder tells of the newest build; where
 * that was never packed, the build of the packed one is told of in its generation alone.
 */
async function publishedBefore(
  rootimgdir: string,
  current: Manifest | undefined,
): Promise<Manifest | undefined> {
  const pack = current?.pack;
  if (current === undefined || pack === undefined) return undefined;
  const kept = pack.generation && (await readManifest(generationDir(rootimgdir, pack.generation)));
  return kept || { schema: 1, image: current.image, pack };
}
