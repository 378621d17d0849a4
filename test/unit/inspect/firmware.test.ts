import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { missingFirmware } from '../../../src/inspect/modules/firmware.ts';
import type { FoundModule } from '../../../src/inspect/modules/read-modules.ts';
import { withTree } from '../../../src/system/tree/open-tree.ts';

function module(name: string, isInTree: boolean, firmware: string[]): FoundModule {
  const info = {
    vermagic: '',
    depends: [],
    versions: new Map(),
    undefined: [],
    exports: new Map(),
    isSigned: true,
  };
  return { path: `m/${name}.ko`, name, isInTree, info: { ...info, firmware } };
}

test('firmware is looked for where the kernel looks, for drivers of the initrd and for foreign modules', () => {
  const root = mkdtempSync(join(tmpdir(), 'rootimg-firmware-'));
  try {
    for (const path of ['a.bin', 'b/b.bin.xz', '5.14/c.bin', 'updates/d.bin.zst']) {
      mkdirSync(join(root, 'lib/firmware', path, '..'), { recursive: true });
      writeFileSync(join(root, 'lib/firmware', path), '');
    }
    const all = ['a.bin', 'b/b.bin', 'c.bin', 'd.bin'];
    const modules = [
      module('nic', true, [...all, 'w', 'x', 'y', 'z', 'pattern-*.bin']),
      module('sound', true, ['never']),
      module('vendor', false, [...all, 'own']),
    ];
    const found = withTree(root, (tree) => missingFirmware(tree, '5.14', modules, new Set(['nic'])));
    expect(found.map(({ message }) => message)).toEqual([
      'The module nic names firmware that the image does not have: w, x, y and 1 more.',
      'The module vendor names firmware that the image does not have: own.',
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
