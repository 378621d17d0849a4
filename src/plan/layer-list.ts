import type { PackedRecord } from './manifest.ts';

/** What nodes fetch of an image in layers: the list of its files. */
export const layerListName = 'rootimg.layers';

/** Beside the published file and in its generation: what is known of its members. Not for nodes. */
export const keptMembersName = '.rootimg-members';

/** A file of an image in layers. */
export type LayerFile = NonNullable<PackedRecord['layers']>[number];

const layerName = /^rootimg-[0-9a-f]{32}\.(sfs|erofs)$/;

/**
 * The name of a layer with this digest (hex): another content has another name, so that such a file never
 * changes. `packedName` is what the same form of packed root is called, such as `rootimg.sfs`.
 */
export function layerFileName(sha256: string, packedName: string): string {
  return `rootimg-${sha256.slice(0, 32)}${packedName.slice(packedName.indexOf('.'))}`;
}

/** Whether a name is that of a layer. */
export function isLayerName(name: string): boolean {
  return layerName.test(name);
}

/**
 * The list that nodes fetch: digest, bytes and name of each file, the base first. Read by the initrd
 * (97rootimg/layers.sh).
 */
export function layerListText(layers: readonly LayerFile[]): string {
  const lines = layers.map(({ sha256, size, file }) => `${sha256} ${size} ${file}`);
  return ['# rootimg layers 1', ...lines, ''].join('\n');
}

/** All files that nodes fetch of a packed root, what its record calls the file first. */
export function filesOfPack(
  pack: Pick<PackedRecord, 'file' | 'sha256' | 'size' | 'layers'>,
): [LayerFile, ...LayerFile[]] {
  const { file, sha256, size, layers = [] } = pack;
  return [{ file, sha256, size }, ...layers];
}

/** Bytes of all files that nodes fetch of a packed root. */
export function downloadSize({ size, layers = [] }: Pick<PackedRecord, 'size' | 'layers'>): number {
  return layers.reduce((sum, layer) => sum + layer.size, size);
}
