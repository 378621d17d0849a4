import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeEntries } from '../../../src/netboot/write-entries.ts';
import { bootEntriesName, parseBootEntries } from '../../../src/plan/boot-entries.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const at = (name: string) => join(folder.path, name);
const recorded = () => parseBootEntries(readFileSync(at(bootEntriesName), 'utf8'), '');

async function write(url: string, generation: number | undefined, name = 'node') {
  const entry = {
    title: 't',
    kernelUrl: `${url}/kernel`,
    initrdUrl: `${url}/initrd`,
    words: ['quiet'],
    signatures: [],
  };
  const booted = [await folder.file('images/kernel'), await folder.file('images/initrd')] as const;
  return writeEntries({
    ...{
      folder: at('tftp'),
      name,
      entry,
      booted: [...booted],
      rootimgdir: folder.path,
      generation,
      signer: undefined,
    },
  });
}

it('writes one for each loader, and records the generation that they point at', async () => {
  const { files, warnings } = await write('http://m', 3);
  expect((await readdir(at('tftp'))).sort()).toEqual(['node.grub', 'node.ipxe', 'node.pxelinux']);
  expect(warnings).toEqual([]);
  expect(recorded()).toEqual(files.map((file) => ({ file, generation: 3 })));
});

it('a loader that cannot carry the line loses its earlier entry, and is told of', async () => {
  await write('http://m', 3);
  const { files, warnings } = await write('https://m', 4);
  expect(files).toEqual([at('tftp/node.ipxe')]);
  expect(warnings).toHaveLength(2);
  expect(existsSync(at('tftp/node.grub'))).toBe(false);
  expect(recorded()).toEqual([{ file: at('tftp/node.ipxe'), generation: 4 }]);
});

it('entries of other names stay recorded; those of the published image are not', async () => {
  await write('https://m', 3, 'a');
  await write('https://m', undefined, 'b');
  expect(recorded()).toEqual([{ file: at('tftp/a.ipxe'), generation: 3 }]);
  await write('https://m', undefined, 'a');
  expect(recorded()).toEqual([]);
});
