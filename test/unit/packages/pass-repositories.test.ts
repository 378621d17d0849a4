import { expect, test } from 'vitest';
import { repositoriesOf } from '../../../src/packages/pass-repositories.ts';

const pass = (...names: string[]) => ({
  install: names.map((name) => ({ name, origin: { file: 'l', line: 1 } })),
  removeBefore: [],
  removeAfter: [],
  environment: [],
});
const repositories = [
  { id: 'p', url: 'file:///install/os', from: 'pkgdir' as const },
  { id: 'o', url: 'file:///install/other/tools', from: 'otherpkgdir' as const, folders: [''] },
  { id: 'tools', url: 'file:///install/site/tools', from: 'otherpkgdir' as const, folders: ['tools'] },
  { id: 'both', url: 'https://server/x', from: 'otherpkgdir' as const, folders: ['', 'a/x'] },
];

test('a sub-repository counts in the passes that name it, otherpkgdir itself in those with plain names', () => {
  const found = [
    pass('plain'),
    pass('tools/hello'),
    pass('plain', 'a/x/y'),
    pass('/a/b.rpm', '@a/b'),
    pass(),
  ];
  expect(found.map((each) => repositoriesOf(repositories, each))).toEqual([
    ['p', 'o', 'both'],
    ['p', 'tools'],
    ['p', 'o', 'both'],
    ['p', 'o', 'both'],
    ['p', 'o', 'both'],
  ]);
});
