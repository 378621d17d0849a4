import type { PackedRecord } from '../plan/manifest.ts';
import type { PackPlan } from '../plan/pack-plan.ts';
import { withScope } from '../system/scope.ts';
import { checkBeforehand, openImage, type PackContext } from './steps/open.ts';
import { publishFile } from './steps/publish-file.ts';
import { selectFiles } from './steps/select-files.ts';
import { verifyFile } from './steps/verify-file.ts';
import { writeFile } from './steps/write-file.ts';

export type { PackContext, UnpublishedPack } from './steps/open.ts';
export type PackResult = PackedRecord;

/**
 * Packs an image: selects, writes beside the published file, reads back, publishes by rename. The tree is
 * only read; when all has succeeded its xcatinfo is renewed. Throws RootimgError, and then nothing is changed
 * but temporary files that are gone again.
 */
export async function packImage(plan: PackPlan, context: PackContext): Promise<PackResult> {
  await checkBeforehand(plan, context);
  return withScope(async (scope) => {
    const opened = await openImage(plan, context, scope);
    const layering = plan.layers && (await import('./steps/choose-layers.ts'));
    const begun = await layering?.beginLayers(opened);
    const selected = await selectFiles(opened);
    const layers = await layering?.chooseLayers(opened, selected, begun);
    const written = await writeFile(opened, selected, layers?.layer);
    const verified = await verifyFile(opened, selected, written, layers);
    const { record, listed } = verified;
    const signed = await context.sign?.signer.signList(plan.image.name, opened.before, record);
    const packed = { file: listed?.path ?? written.packed.path, record, signed, layers: listed?.files };
    await context.gate?.(packed);
    return context.publish === false ? record : publishFile(opened, selected, packed, verified, context);
  });
}
