import { join } from 'node:path';
import { keptMembersName } from '../plan/layer-list.ts';
import { readKeptMembers } from './layers/keep-members.ts';
import { readManifest } from './publish/generations.ts';

/** Where the published image has a path. */
export interface PublishedIn {
  readonly file: string;
  /** 0 is the base. */
  readonly layer: number;
  /** How many layers lie above the base. */
  readonly of: number;
}

/**
 * In which layer of the published image a path (binary, without `./`) lies; undefined for an image without
 * layers, for a path that it does not have, and for who may not read what is known of it.
 */
export async function publishedIn(rootimgdir: string, path: string): Promise<PublishedIn | undefined> {
  const pack = (await readManifest(rootimgdir))?.pack;
  if (pack?.layers === undefined) return undefined;
  const kept = await readKeptMembers(join(rootimgdir, keptMembersName));
  if (kept?.header.pack !== pack.sha256) return undefined;
  let index = 0;
  while (index < kept.members.length && kept.members.pathAt(index) !== path) index += 1;
  const layer = kept.origins[index];
  const file = layer === undefined ? undefined : pack.layers[layer]?.file;
  return layer === undefined || file === undefined ? undefined : { file, layer, of: pack.layers.length - 1 };
}
