import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bootEntriesName, bootEntriesText } from '../../../../src/plan/boot-entries.ts';
import {
  generationDir,
  generationNumbers,
  listGenerations,
  pruneGenerations,
} from '../../../../src/pack/publish/generations.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const make = async (...names: (number | string)[]) => {
  for (const name of names) await mkdir(join(folder.path, 'generations', String(name)), { recursive: true });
};

it('sets have numbers, in their order; other names are none', async () => {
  expect(await generationNumbers(folder.path)).toEqual([]);
  await make(10, 9, 1, '01', 'x', '0', '-1');
  expect(await generationNumbers(folder.path)).toEqual([1, 9, 10]);
  const [first] = await listGenerations(folder.path);
  expect(first).toEqual({ number: 1, folder: generationDir(folder.path, 1), manifest: undefined });
});

it('old ones go, but for the published one and those that boot entries point at', async () => {
  await make(1, 2, 3, 4, 5);
  const there = await folder.file('node.ipxe');
  const entries = [
    { file: there, generation: 2 },
    { file: join(folder.path, 'gone.ipxe'), generation: 3 },
  ];
  await folder.file(bootEntriesName, bootEntriesText(entries));
  expect(await pruneGenerations(folder.path, 1, 4)).toEqual([1, 3]);
  expect(await generationNumbers(folder.path)).toEqual([2, 4, 5]);
  expect((await readdir(folder.path)).filter((name) => name.startsWith('.'))).toEqual([]);
  expect(await pruneGenerations(folder.path, 9, 4)).toEqual([]);
});

it('none goes while nobody can say which of them nodes boot', async () => {
  await make(1, 2);
  await folder.file(bootEntriesName, 'damaged');
  await expect(pruneGenerations(folder.path, 1, 2)).rejects.toMatchObject({ code: 'boot-entries' });
  expect(await generationNumbers(folder.path)).toEqual([1, 2]);
});
