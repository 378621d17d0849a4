import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packedTree } from '../../../../../src/pack/select/packed-tree.ts';
import { droppedModules } from '../../../../../src/pack/select/boot/kernel-modules.ts';
import { wholeImage } from '../../../../../src/pack/select/boot/whole-image.ts';
import { openTree } from '../../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../../lib/folder.ts';
import { selectAll } from '../../../../lib/selection.ts';

const folder = useFolder();
const of = (version: string) => [`${version}/kernel/a.ko.xz`, `${version}/modules.dep`];

async function dropped(
  files: readonly string[],
  excluded: readonly string[],
  version?: string,
): Promise<string[]> {
  for (const name of files) await folder.file(`usr/lib/modules/${name}`, 'x');
  await symlink('usr/lib', join(folder.path, 'lib'));
  const root = openTree(folder.path);
  const packed = packedTree(root, (await selectAll(root, excluded)).members);
  return droppedModules(wholeImage(root, new Map()), packed, version);
}

describe('droppedModules', () => {
  it('nothing where modules and their table are packed', async () => {
    expect(await dropped(of('5.1'), [], '5.1')).toEqual([]);
  });

  it('nothing where the image has no modules at all', async () => {
    expect(await dropped([], [], '6.0')).toEqual([]);
  });

  it.each([
    ['all modules', ['*/kernel/*'], ['usr/lib/modules/5.1/kernel/a.ko.xz']],
    ['their table', ['*/modules.dep'], ['usr/lib/modules/5.1/modules.dep']],
    ['the folder', ['./usr/lib/modules/5.1*'], of('5.1').map((name) => `usr/lib/modules/${name}`)],
  ])('names what is missing where an exlist takes %s', async (_, excluded, missing) => {
    expect(await dropped(of('5.1'), excluded, '5.1')).toEqual(missing);
  });

  it('some modules may go, as long as there are others', async () => {
    expect(await dropped([...of('5.1'), '5.1/kernel/b.ko'], ['*/b.ko'], '5.1')).toEqual([]);
  });

  it('the published kernel counts; where it is not known, any one that is whole will do', async () => {
    const files = [...of('5.1'), ...of('5.2')];
    expect(await dropped(files, ['*/5.2/kernel/*'], '5.2')).toEqual(['usr/lib/modules/5.2/kernel/a.ko.xz']);
  });

  it('without a known version one whole kernel is enough, none is not', async () => {
    const files = [...of('5.1'), ...of('5.2')];
    expect(await dropped(files, ['*/5.2/kernel/*'])).toEqual([]);
  });

  it('without a known version all that lacks is told where no kernel is whole', async () => {
    expect(await dropped([...of('5.1'), ...of('5.2')], ['*.ko.xz'])).toEqual([
      'usr/lib/modules/5.1/kernel/a.ko.xz',
      'usr/lib/modules/5.2/kernel/a.ko.xz',
    ]);
  });

  it('a kernel without loadable modules needs its folder alone', async () => {
    expect(await dropped(['5.1/modules.builtin'], ['*/modules.builtin'], '5.1')).toEqual([]);
  });

  it('but that folder it needs', async () => {
    expect(await dropped(['5.1/modules.builtin'], ['./usr/lib/modules/5.1*'], '5.1')).toEqual([
      'usr/lib/modules/5.1',
    ]);
  });
});
