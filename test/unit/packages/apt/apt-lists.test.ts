import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldOf, paragraphs, paragraphsIn, paragraphsOf } from '../../../../src/packages/apt/apt-lists.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

const names = ['bash', 'bash-doc', 'libstdc++6', 'ä'];
const paragraph = fc
  .record({
    name: fc.constantFrom(...names),
    before: fc.constantFrom('', 'Essential: yes\n'),
    blanks: fc.constantFrom(' ', '  '),
    more: fc.constantFrom('', '\nDescription: ein Paket\n für Knoten', '\nProvides: bash'),
  })
  .map(({ name, before, blanks, more }) => `${before}Package:${blanks}${name}${more}`);

test('of an index only the paragraphs of the wanted names are read, each whole and in order', () => {
  const gap = fc.constantFrom('\n\n', '\n\n\n');
  const index = fc.tuple(fc.array(fc.tuple(paragraph, gap)), fc.constantFrom('', '\n', '\n\n'));
  fc.assert(
    fc.property(index, fc.subarray(['bash', 'libstdc++6']), ([all, end], wanted) => {
      const text = `${all.map(([one, behind]) => `${one}${behind}`).join('')}`.trimEnd() + end;
      const expected = paragraphs(text)
        .map((one) => one.trim())
        .filter((one) => wanted.includes(fieldOf(one, 'Package')));
      const found = [...paragraphsOf(Buffer.from(text), new Set(wanted))];
      expect(found.map((one) => one.trim())).toEqual(expected);
    }),
  );
});

test('of a file that is read in pieces the same, however long a paragraph is', async () => {
  const one = (index: number) =>
    `Package: ${names[index % 4]}\nTag: Sub-Package: bash ${'x'.repeat(index * 7)}`;
  const file = await folder.file(
    'Packages',
    Array.from({ length: 40 }, (_, index) => one(index)).join('\n\n'),
  );
  const wanted = new Set(['bash', 'libstdc++6']);
  const whole = [...paragraphsOf(await readFile(file), wanted)].map((found) => found.trim());
  expect(whole).toHaveLength(20);
  for (const size of [32, 100, 1000, 100_000]) {
    const found: string[] = [];
    for await (const paragraph of paragraphsIn(file, wanted, size)) found.push(paragraph.trim());
    expect(found).toEqual(whole);
  }
});
