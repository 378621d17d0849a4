import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { kernelSymbols } from '../../../../src/inspect/modules/kernel-symbols.ts';
import type { FoundModule } from '../../../../src/inspect/modules/read-modules.ts';
import { withTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const symvers =
  '0x0000000a\tprintk\tvmlinux\tEXPORT_SYMBOL\n0x00000000ffffffff\tkfree\tvmlinux\tEXPORT_SYMBOL\n';

function module(
  isInTree: boolean,
  versions: [string, number][],
  exports: [string, number | undefined][],
): FoundModule {
  const info = { vermagic: '', depends: [], firmware: [], undefined: [], isSigned: true };
  return {
    ...{ path: 'x.ko', name: 'x', isInTree },
    info: { ...info, versions: new Map(versions), exports: new Map(exports) },
  };
}

async function symbols(files: Readonly<Record<string, string | Buffer>>, modules: FoundModule[] = []) {
  for (const [name, content] of Object.entries(files)) await folder.file(name, content);
  return withTree(folder.path, (tree) => kernelSymbols(tree, '5', modules));
}

describe('kernelSymbols', () => {
  it.each([
    ['symvers.gz beside the modules', { 'lib/modules/5/symvers.gz': gzipSync(symvers) }],
    ['symvers.gz in boot', { 'boot/symvers-5.gz': gzipSync(symvers) }],
    ['Module.symvers of the headers', { 'usr/src/linux-headers-5/Module.symvers': symvers }],
  ])('come from %s', async (_, files) => {
    const { crcs, exported } = await symbols(files);
    expect([...crcs]).toEqual([
      ['printk', 10],
      ['kfree', 0xffffffff],
    ]);
    expect(exported).toEqual(new Set(['printk', 'kfree']));
  });

  it('a list that is damaged is passed over for the next', async () => {
    const damaged = gzipSync(symvers).subarray(0, -12);
    const { crcs } = await symbols({
      'lib/modules/5/symvers.gz': damaged,
      'boot/symvers-5.gz': gzipSync(symvers),
    });
    expect(crcs.get('printk')).toBe(10);
    expect((await symbols({ 'boot/symvers-5.gz': damaged })).exported).toBeUndefined();
  });

  it('names alone come from System.map; a stub of Debian has none', async () => {
    const map = 'ffff T printk\nffff r __ksymtab_printk\n';
    expect((await symbols({ 'boot/System.map-5': 'The real one is elsewhere\n' })).exported).toBeUndefined();
    const { crcs, exported } = await symbols({ 'lib/modules/5/System.map': map });
    expect([crcs.size, exported]).toEqual([0, new Set(['printk'])]);
  });

  it("the kernel's own modules tell what they were compiled against and give, others do not", async () => {
    const modules = [
      module(
        true,
        [['a', 1]],
        [
          ['b', 2],
          ['c', undefined],
        ],
      ),
      module(false, [['a', 9]], [['d', 9]]),
    ];
    const { crcs, exported } = await symbols({ 'boot/System.map-5': 'f r __ksymtab_a\n' }, modules);
    expect([...crcs]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(exported).toEqual(new Set(['a', 'b', 'c']));
  });
});
