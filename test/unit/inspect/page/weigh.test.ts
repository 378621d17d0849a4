import { expect, test } from 'vitest';
import { weigh } from '../../../../src/inspect/page/weigh.ts';
import type { PackageContents } from '../../../../src/packages/database.ts';

function pkg(name: string, paths: readonly string[], ghosts: readonly string[] = []): PackageContents {
  const files = [
    ...paths.map((path) => ({ path })),
    ...ghosts.map((path) => ({ path, ghost: true as const })),
  ];
  return {
    ...{ type: 'rpm', name, version: '1-1', arch: 'noarch', size: 0 },
    ...{ provides: [], requires: [], recommends: [], files: () => files },
  };
}

const bash = pkg('bash', ['/bin/bash', '/usr/share/doc/bash/README'], ['/var/log/bash']);
const empty = pkg('empty', []);
const place = (path: string) => path.replace(/^bin\//, 'usr/bin/');
const files = [
  { path: 'usr/bin/bash', size: 100 },
  { path: 'usr/share/doc/bash/README', size: 20 },
  { path: 'var/log/bash', size: 5 },
  { path: 'vmlinuz', size: 3 },
];

test('bytes go to the package that brought them, by the place where they really lie', () => {
  const found = weigh(files, [bash, empty], place);
  expect([...found.packages]).toEqual([
    [bash, 120],
    [empty, 0],
  ]);
  expect([found.total, found.unowned]).toEqual([128, 8]);
});

test('folders of three levels at the most, with all below them; files of the root lie in none', () => {
  expect([...weigh(files, [], place).folders]).toEqual([
    ['usr/bin', 100],
    ['usr/share/doc', 20],
    ['var/log', 5],
    ['', 3],
  ]);
});
