import { join } from 'node:path';
import type { Problem } from '../../base/errors.ts';
import { readIfThere } from '../../base/read-if-there.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { manifestName, parseManifest } from '../../plan/manifest.ts';
import { otherImage, otherImageProblem } from '../../plan/other-image.ts';

/** The problem of an image folder in which an image of another name lies, without --force. */
export async function checkOtherImage({ image, request }: BuildPlan): Promise<Problem[]> {
  const { name, rootimgdir } = image;
  if (request.force) return [];
  const text = await readIfThere(join(rootimgdir, manifestName)).catch(() => undefined);
  const other = otherImage(parseManifest(text ?? ''), name);
  return other === undefined ? [] : [otherImageProblem(rootimgdir, other, name, 'genimage')];
}
