import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileErrorWords, RootimgError, throwProblems } from '../../base/errors.ts';
import { isFolder } from '../../base/exists.ts';
import { buildMarkName, buildMarkSchema, type Manifest } from '../../plan/manifest.ts';
import { otherImage, otherImageProblem } from '../../plan/other-image.ts';
import { parseJson } from '../../plan/parse-json.ts';
import { readIfThere } from '../../base/read-if-there.ts';
import { stagedTreeName } from '../../system/staged-tree.ts';
import { findReplaced } from '../../system/tree-swap.ts';
import { treeNames } from '../../system/tree-file.ts';
import { findTreePlace } from '../../system/tree/tree-place.ts';

/** Throws `no-tree` when there is no tree to pack. */
export async function needTree(rootimgdir: string, image: string): Promise<void> {
  const place = await findTreePlace(rootimgdir);
  // What a swap that was cut off left comes back.
  const comes = existsSync(join(rootimgdir, stagedTreeName)) || findReplaced(place) !== undefined;
  if (comes || (await isFolder(place.root))) return;
  const found = await stat(place.root).catch((error: NodeJS.ErrnoException) => error);
  const isNothing = 'code' in found && found.code === 'ENOENT';
  if (isNothing) {
    throw new RootimgError('no-tree', `${place.root} does not exist: there is nothing to pack.`, {
      hint: `Run genimage ${image} on a host of the image's architecture first.`,
    });
  }
  const what = 'isFile' in found ? 'is not a folder' : `cannot be used: ${fileErrorWords(found)}`;
  throw new RootimgError('no-tree', `${place.root} ${what}: a tree was expected there.`, {
    hint: `Move it away, then run genimage ${image} on a host of the image's architecture.`,
  });
}

/**
 * Throws `unfinished-tree` or `unfinished-publish` when a build did not finish; to be asked under the
 * folder's lock, when no build can be running here.
 */
export async function refuseUnfinished(rootimgdir: string, image: string): Promise<void> {
  const text = await readIfThere(join(rootimgdir, buildMarkName));
  if (text === undefined) return;
  const mark = buildMarkSchema.safeParse(parseJson(text)).data;
  const where = mark === undefined || mark.host === hostname() ? '' : ` on ${mark.host}`;
  const step = mark === undefined ? '' : ` at the step '${mark.step}'${where}, begun ${mark.since}`;
  if (mark?.whole) {
    throw new RootimgError(
      'unfinished-publish',
      `Kernel and initrd in ${rootimgdir} may be of another build than its tree: genimage was cut off${step}.`,
      { hint: `Run genimage ${image} again, or genimage --onlyinitrd ${image} when the tree is as wanted.` },
    );
  }
  throw new RootimgError(
    'unfinished-tree',
    `The tree in ${rootimgdir} was left unfinished by genimage${step}.`,
    {
      hint: `Run genimage ${image} again: it sets the unfinished tree aside and builds anew.`,
    },
  );
}

/** Throws `other-image` when the image that lies here has another name. */
export function refuseOtherImage(rootimgdir: string, image: string, manifest: Manifest | undefined): void {
  const other = otherImage(manifest, image);
  if (other !== undefined) throwProblems([otherImageProblem(rootimgdir, other, image, 'packimage')]);
}

/**
 * Throws `kernel-mismatch` when the published kernel is another one than the tree has modules of, as after a
 * rollback: nodes could not boot what would be packed.
 */
export async function refuseOtherKernel(
  rootimgdir: string,
  tree: string,
  image: string,
  manifest: Manifest | undefined,
): Promise<void> {
  const version = manifest?.build?.kernelVersion;
  if (version === undefined) return;
  const found = new Set<string>();
  for (const lib of ['lib/modules', 'usr/lib/modules']) {
    for (const name of await treeNames(tree, lib)) found.add(name);
  }
  if (found.size === 0 || found.has(version)) return;
  throw new RootimgError(
    'kernel-mismatch',
    `The kernel in ${rootimgdir} is ${version}, but the tree has the modules of ${[...found].sort().join(', ')}.`,
    { hint: `Make kernel and initrd of the tree again: genimage --onlyinitrd ${image}` },
  );
}
