import { join } from 'node:path';
import { readTextFile } from '../base/regular-file.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { manifestName, parseManifest } from '../plan/manifest.ts';
import { type KeyNews, keyNews } from '../plan/public-keys.ts';

/** What is to be said of a plan's keys beside the build that lies in its image folder. */
export async function readKeyNews({ files, image, request }: BuildPlan): Promise<KeyNews> {
  const text = await readTextFile(join(image.rootimgdir, manifestName)).catch(() => '');
  return keyNews(files, parseManifest(text), request);
}
