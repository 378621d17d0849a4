import type { Problem } from '../../base/errors.ts';
import type { Tree } from '../../system/tree/open-tree.ts';
import { statInTree } from '../../system/tree/tree-files.ts';
import { named } from './judge-modules.ts';
import type { FoundModule } from './read-modules.ts';

/**
 * Firmware that modules name and the image does not have, of those for which it matters: what came besides
 * the kernel, and the drivers of the initrd, by which nodes reach the network. A driver may name files for
 * cards that nobody has: a warning, one for each module.
 */
export function missingFirmware(
  tree: Tree,
  version: string,
  modules: readonly FoundModule[],
  inInitrd: ReadonlySet<string>,
): Problem[] {
  // Where the kernel looks (Linux: drivers/base/firmware_loader/main.c).
  const folders = [
    `lib/firmware/updates/${version}`,
    'lib/firmware/updates',
    `lib/firmware/${version}`,
    'lib/firmware',
  ];
  const isThere = (name: string) =>
    folders.some((folder) =>
      ['', '.xz', '.zst'].some((ending) => statInTree(tree, `${folder}/${name}${ending}`) !== undefined),
    );
  return modules.flatMap(({ name, isInTree, info }) => {
    if (info === undefined || (isInTree && !inInitrd.has(name))) return [];
    // Patterns are for tools that gather files.
    const missing = info.firmware.filter((one) => !/[*?[]/.test(one) && !isThere(one));
    if (missing.length === 0) return [];
    return [
      {
        code: 'firmware-missing',
        message: `The module ${name} names firmware that the image does not have: ${named(missing)}.`,
        hint: 'Add the package of that firmware where nodes have such a card.',
      },
    ];
  });
}
