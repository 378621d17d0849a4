import type { PackedTree } from '../packed-tree.ts';
import type { WholeImage } from './whole-image.ts';

const module = /\.ko(?:\.(?:xz|gz|zst))?$/;

/**
 * What of the modules of a kernel is not packed, as far as a node needs it: that there are any, and their
 * table. `version` is the published kernel's; where it is not known, one of the kernels of the tree has to be
 * whole. A kernel without loadable modules needs its folder alone, by which the initrd sees that image and
 * kernel belong together.
 */
export function droppedModules(whole: WholeImage, packed: PackedTree, version: string | undefined): string[] {
  const { place } = whole.trace('lib/modules');
  if (place === undefined) return [];
  const versions = version === undefined ? whole.names(place).sort() : [version];
  const folders = versions
    .map((one) => `${place}/${one}`)
    .filter((folder) => whole.look(folder) !== undefined);
  const modular = folders.filter((folder) => firstModule(whole, folder) !== undefined);
  const dropped = (modular.length > 0 ? modular : folders).map((folder) => droppedOf(whole, packed, folder));
  return dropped.some((paths) => paths.length === 0) ? [] : dropped.flat();
}

function droppedOf(whole: WholeImage, packed: PackedTree, folder: string): string[] {
  const table = `${folder}/modules.dep`;
  const first = firstModule(whole, folder);
  if (first === undefined) return packed.find(folder) === undefined ? [folder] : [];
  let isThere = false;
  for (const path of packed.below(folder)) isThere ||= module.test(path);
  return [
    ...(isThere ? [] : [first]),
    ...(whole.look(table) === undefined || packed.find(table) !== undefined ? [] : [table]),
  ];
}

/** A module in the folder of a kernel, whichever is found first. */
function firstModule(whole: WholeImage, folder: string): string | undefined {
  const queue = [folder];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (module.test(path)) return path;
    for (const name of whole.names(path)) queue.push(`${path}/${name}`);
  }
  return undefined;
}
