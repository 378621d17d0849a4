import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import { keptMembersName, type LayerFile } from '../../plan/layer-list.ts';
import { inPhase } from '../../report/reporter.ts';
import { digestOrReason } from '../../system/file-digest.ts';
import { orRemove, temporaryPath } from '../../system/temp.ts';
import { lacksUserAttributes } from '../formats/view/user-attributes.ts';
import { type Difference, difference } from '../layers/difference.ts';
import { type KeptMembers, readKeptMembers } from '../layers/keep-members.ts';
import { type KnownMembers, overrideStates } from '../layers/known-members.ts';
import type { OpenedImage } from './open.ts';
import { readNodeFacts } from './read-node-facts.ts';
import type { SelectedFiles } from './select-files.ts';

/** What a pack in layers writes, and what nodes lay it over. */
export interface ChosenLayers {
  /** What is published and stays, the base first; none below a new base. */
  readonly below: readonly LayerFile[];
  /** What is written; undefined for a new base, which is all of the selection. */
  readonly layer: Difference | undefined;
  /** All members of the image, for the next pack. */
  readonly known: KnownMembers;
  /** See KeptMembers. */
  readonly origins: Uint16Array;
  /** See isSettled. */
  readonly since: number;
}

export interface LayersBegun {
  /** When the tree was looked at, by the clock of the file system: milliseconds, see isSettled. */
  readonly since: number;
  /** What is known of the members of what is published, where that may be packed upon. */
  readonly kept: Promise<KeptMembers | undefined>;
}

/**
 * To be called before the tree is looked at; gives undefined where the pack is not one in layers. Throws
 * `initrd-layers` when the image has an initrd that cannot lay them.
 */
export async function beginLayers({
  plan,
  tree,
  before,
  scope,
}: OpenedImage): Promise<LayersBegun | undefined> {
  if (plan.layers === undefined) return undefined;
  const { name, rootimgdir } = plan.image;
  const nodeFacts = await readNodeFacts(rootimgdir, tree, before);
  if (nodeFacts.initrdPrograms !== undefined && !nodeFacts.initrdAbilities.includes('layers')) {
    throw new RootimgError('initrd-layers', `The initrd of ${name} cannot boot an image in layers.`, {
      hint: `Make it anew: genimage --onlyinitrd ${name}; or pack without layers, as with -m cpio.`,
    });
  }
  const probe = temporaryPath(rootimgdir, 'clock');
  const { ctimeMs } = await orRemove(probe, async () => {
    await writeFile(probe, '', { flag: 'wx' });
    return stat(probe);
  });
  await rm(probe);
  const isNeeded = before?.pack?.layers !== undefined && !plan.layers.rebase;
  const kept = isNeeded ? readKeptMembers(join(rootimgdir, keptMembersName)) : Promise.resolve(undefined);
  scope.defer('what is known of the members', async () => void (await kept));
  return { since: Math.min(ctimeMs, Date.now()), kept };
}

/** Decides what is written: what differs from the published layers, or a new base. Says why, where it is one. */
export async function chooseLayers(
  opened: OpenedImage,
  { selection }: SelectedFiles,
  begun: LayersBegun | undefined,
): Promise<ChosenLayers | undefined> {
  if (begun === undefined) return undefined;
  const { root, reporter } = opened;
  const { since } = begun;
  const known = { members: selection.members, states: overrideStates(root, selection.members, since) };
  const found = await inPhase(
    reporter,
    'Find what has changed',
    () => findLayer(opened, known, begun.kept),
    summaryOf,
  );
  if ('layer' in found) return { ...found, known, since };
  reporter.info(`All of the image is packed, as a new base: ${found.reason}.`);
  return { below: [], layer: undefined, known, origins: new Uint16Array(known.members.length), since };
}

type Above = Pick<ChosenLayers, 'below' | 'origins'> & { readonly layer: Difference };

interface NewBase {
  readonly reason: string;
}

function summaryOf(found: Above | NewBase): string {
  return 'layer' in found ? `${found.layer.members.length} members for the layer` : 'a new base';
}

async function findLayer(
  opened: OpenedImage,
  known: KnownMembers,
  reading: LayersBegun['kept'],
): Promise<Above | NewBase> {
  const { plan, root, before } = opened;
  const { layers: limits, method, sourceDateEpoch } = plan;
  const pack = before?.pack;
  const below = pack?.layers;
  if (limits === undefined || limits.rebase) return { reason: 'it was asked for' };
  if (pack === undefined || below === undefined) return { reason: 'what is published is not in layers' };
  if (pack.method !== method) return { reason: `the published layers are ${pack.method}` };
  const [base, ...above] = below;
  if (base === undefined || above.length >= limits.number) {
    return { reason: `it has ${above.length} layers, and ${limits.number} are the most` };
  }
  const kept = await reading;
  if (kept === undefined || kept.header.pack !== pack.sha256) {
    return { reason: 'nothing is known of the members of what is published' };
  }
  const spoilt = await findSpoilt(plan.image.rootimgdir, below, kept);
  if (spoilt !== undefined) return { reason: `${spoilt} is not what was packed` };
  const layer = difference(kept, known, sourceDateEpoch);
  // As well packed as the base is.
  const expected = layer.contentBytes * (base.size / Math.max(1, pack.contentBytes));
  const together = above.reduce((sum, { size }) => sum + size, expected);
  if (together > (limits.share / 100) * base.size) {
    return { reason: `layers would take more than ${limits.share}% of its size` };
  }
  if (await lacksUserAttributes(root, plan.image.rootimgdir, layer.members)) {
    return { reason: 'the memory of this host cannot hold the user attributes of what has changed' };
  }
  const origins = Uint16Array.from(layer.kept, (was) =>
    was === -1 ? below.length : (kept.origins[was] ?? 0),
  );
  return { below, layer, origins };
}

/** The first of the published files that is another one; those that nobody has written to are not read. */
async function findSpoilt(
  rootimgdir: string,
  below: readonly LayerFile[],
  { header }: KeptMembers,
): Promise<string | undefined> {
  const times = new Map(header.files);
  for (const { file, size, sha256 } of below) {
    const path = join(rootimgdir, file);
    const found = await stat(path).catch(() => undefined);
    const isKnown = found?.size === size && found.mtimeMs === times.get(file);
    if (!isKnown && (await digestOrReason(path)) !== sha256) return path;
  }
  return undefined;
}
