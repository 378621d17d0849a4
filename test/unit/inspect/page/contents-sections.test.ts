import { describe, expect, test } from 'vitest';
import {
  entriesSection,
  foldersSection,
  packagesSection,
} from '../../../../src/inspect/page/contents-sections.ts';
import type { ImageFacts, PackageFacts } from '../../../../src/inspect/page/image-facts.ts';

const pkg = (name: string, bytes: number, more: Partial<PackageFacts> = {}): PackageFacts => ({
  ...{ name, version: '1-1', arch: 'x86_64', bytes, reason: 'base', way: [] },
  ...more,
});
const facts: ImageFacts = {
  ...{ total: 10_000, unowned: 2000, entries: [], folders: [{ path: '/usr/lib', bytes: 9000 }] },
  packages: [pkg('big', 7000, { reason: 'needed', way: ['l:1: app', 'big'] }), pkg('small', 1000)],
};
const cells = (text: string, name: string) =>
  new RegExp(`<th scope="row">${name}</th>(.*?)</tr>`)
    .exec(text)?.[1]
    ?.split(/<\/td>/)
    .map((cell) => cell.replace(/<[^>]*>/g, ''))
    .slice(0, -1);

describe('packages', () => {
  test('what each takes, its share of node memory, and why it is there', () => {
    const text = packagesSection(facts, 0.5);
    expect(cells(text, 'big')).toEqual(['1-1', '7 kB', '4 kB', 'l:1: app → big']);
    expect(cells(text, 'small')).toEqual(['1-1', '1 kB', '500 bytes', 'base of the distribution']);
    expect(cells(text, 'files of no package')).toEqual(['', '2 kB', '1 kB', '']);
  });

  test('a database that cannot be read is said', () => {
    expect(packagesSection({ ...facts, packages: undefined }, 1)).toContain('cannot be read');
  });
});

test('folders', () => expect(cells(foldersSection(facts), '/usr/lib')).toEqual(['9 kB']));

test('of what only one entry needs some are named, the others counted', () => {
  const onlyItNeeds = Array.from({ length: 15 }, (_, index) => `p${index}`);
  const text = entriesSection({
    ...facts,
    entries: [{ entry: 'l:1: app', package: 'app', onlyItNeeds, bytes: 5 }],
  });
  expect(cells(text, 'l:1: app')?.at(-1)).toMatch(/^p0, .*, p11 and 3 more$/);
  expect(entriesSection(facts)).toContain('No entry');
});
