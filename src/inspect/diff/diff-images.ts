import type { ImageDiff } from '../../plan/image-diff.ts';
import type { Manifest } from '../../plan/manifest.ts';
import { compareManifests } from './compare-manifests.ts';

/** One side of a comparison. */
export interface ComparedImage {
  /** As it was asked for: `compute`, `compute@3`, `old/manifest.json`. */
  readonly label: string;
  readonly manifest: Manifest;
}

/** All in which two images differ, as far as it can be seen. */
export async function diffImages(from: ComparedImage, to: ComparedImage): Promise<ImageDiff> {
  const said = compareManifests(from.manifest, to.manifest);
  const same = said.packages.length === 0 && !said.kernel && !said.initrd && !said.packed;
  return { schema: 1, from: from.label, to: to.label, same, ...said };
}
