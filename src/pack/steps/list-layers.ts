import { createHash } from 'node:crypto';
import { chmod, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  keptMembersName,
  type LayerFile,
  layerFileName,
  layerListName,
  layerListText,
} from '../../plan/layer-list.ts';
import type { PackedRecord } from '../../plan/manifest.ts';
import type { DigestedFile } from '../../system/file-digest.ts';
import type { Unpublished } from '../../system/publish.ts';
import { temporaryPath } from '../../system/temp.ts';
import { writeKeptMembers } from '../layers/keep-members.ts';
import { linkOrCopy } from '../publish/keep-generation.ts';
import type { ChosenLayers } from './choose-layers.ts';
import type { OpenedImage } from './open.ts';
import type { WrittenFile } from './write-file.ts';

/** The list of an image in layers, and what has to be published before it; gone with the scope. */
export interface ListedLayers {
  /** Of the list. */
  readonly path: string;
  readonly record: Pick<PackedRecord, 'file' | 'size' | 'sha256' | 'layers'>;
  /** What is known of the members. */
  readonly members: string;
  /** The new layer, and what is known of the members. */
  readonly unpublished: readonly Unpublished[];
  /** Path of each layer by its name. */
  readonly files: ReadonlyMap<string, string>;
}

/** Names what was written by its content, and lists it above the layers that stay. */
export async function listLayers(
  opened: OpenedImage,
  chosen: ChosenLayers,
  written: WrittenFile,
  { sha256, size }: DigestedFile,
): Promise<ListedLayers> {
  const { scope, plan } = opened;
  const { rootimgdir } = plan.image;
  const own: LayerFile = { file: layerFileName(sha256, written.name), size, sha256 };
  const { below, origins } = withoutTwin(chosen, own);
  const { known, since } = chosen;
  const layers = [...below, own];
  const files = new Map(below.map(({ file }) => [file, join(rootimgdir, file)]));
  files.set(own.file, written.packed.path);
  await chmod(written.packed.path, 0o644);
  const text = layerListText(layers);
  const list = {
    ...{ file: layerListName, size: Buffer.byteLength(text), layers },
    sha256: createHash('sha256').update(text).digest('hex'),
  };
  const path = temporaryPath(rootimgdir, layerListName);
  const members = temporaryPath(rootimgdir, 'members');
  scope.defer('temporary files', async () => {
    for (const one of [path, members]) await rm(one, { force: true });
  });
  await writeFile(path, text, { flag: 'wx' });
  const times: [string, number][] = [];
  for (const [file, place] of files) times.push([file, (await stat(place)).mtimeMs]);
  const kept = { header: { pack: list.sha256, files: times }, ...known, origins };
  await writeKeptMembers(members, kept, { since, latest: plan.sourceDateEpoch });
  const unpublished = [
    { temporary: written.packed.path, final: join(rootimgdir, own.file) },
    { temporary: members, final: join(rootimgdir, keptMembersName) },
  ];
  return { path, record: list, members, unpublished, files };
}

/**
 * Leaves out the layer below that has the very bytes of the new one, as reproducible packs can: overlayfs
 * refuses one file system twice. Of that layer nothing shows any more: whatever it has the new one has.
 */
function withoutTwin(
  { below, origins }: ChosenLayers,
  { sha256 }: LayerFile,
): Pick<ChosenLayers, 'below' | 'origins'> {
  const twin = below.findIndex((layer) => layer.sha256 === sha256);
  if (twin === -1) return { below, origins };
  const own = below.length - 1;
  return {
    below: below.toSpliced(twin, 1),
    origins: origins.map((origin) => (origin === twin ? own : origin > twin ? origin - 1 : origin)),
  };
}

/** Adds the layers and what is known of their members to a new set, as the very files that are published. */
export async function addLayers(folder: string, { files, members }: ListedLayers): Promise<void> {
  for (const [file, path] of files) await linkOrCopy(path, join(folder, file));
  await linkOrCopy(members, join(folder, keptMembersName));
}
