import { expect, test } from 'vitest';
import { packageGraph } from '../../../src/inspect/packages/package-graph.ts';
import { whyPackage } from '../../../src/inspect/packages/why-package.ts';
import type { PackageContents } from '../../../src/packages/database.ts';

function pkg(
  name: string,
  size: number,
  requires: string[] = [],
  recommends: string[] = [],
): PackageContents {
  return {
    ...{ type: 'rpm', name, version: '1-1', arch: 'noarch', size, provides: [name], files: () => [] },
    requires: requires.map((one) => [one]),
    recommends: recommends.map((one) => [one]),
  };
}

const packages = [
  pkg('app', 1, ['lib', 'shared']),
  pkg('lib', 10, ['deep']),
  pkg('deep', 100, ['lib']),
  pkg('shared', 1000),
  pkg('group', 10_000, ['shared'], ['nice']),
  pkg('nice', 100_000),
];
const entries = ['app', '@core'].map((name, index) => ({ name, origin: { file: 'list', line: index + 1 } }));
const why = (name: string) => whyPackage(packageGraph(packages, entries), name);
const word = (name: string) => `${name}-1-1.noarch`;

test('the entry that names it, and what only it needs, circles too', () => {
  expect(why('app')).toEqual([
    {
      ...{ package: word('app'), askedBy: ['list:1: app'], chain: [], neededBy: [], bytes: 1 },
      onlyItNeeds: [word('deep'), word('lib')],
      bytesWithThem: 111,
    },
  ]);
});

test('the chain from a list to it', () => {
  expect(why('deep')).toMatchObject([
    {
      ...{ askedBy: [], chain: ['list:1: app', word('app'), word('lib'), word('deep')] },
      ...{ neededBy: [word('lib')], onlyItNeeds: [], bytesWithThem: 100 },
    },
  ]);
  expect(why('shared')).toMatchObject([
    { chain: ['list:1: app', word('app'), word('shared')], bytesWithThem: 1000 },
  ]);
});

test('what no list names: of a group', () => {
  expect(why(word('group'))).toMatchObject([
    { askedBy: [], chain: [], neededBy: [], onlyItNeeds: [word('nice')], bytesWithThem: 110_000 },
  ]);
  expect(why('none')).toEqual([]);
});
