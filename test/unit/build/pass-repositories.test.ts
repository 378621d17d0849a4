import { expect, test } from 'vitest';
import { repositoriesOf } from '../../../src/build/pass-repositories.ts';
import { aPlan } from './a-plan.ts';

const pass = (...names: string[]) => ({
  install: names.map((name) => ({ name, origin: { file: 'l', line: 1 } })),
  removeBefore: [],
  removeAfter: [],
  environment: [],
});
const passes = [pass('plain'), pass('site/tools/hello'), pass('plain', 'other/x'), pass()];
const plan = aPlan({
  otherPasses: passes,
  repositories: [
    { id: 'p', url: 'file:///install/os', from: 'pkgdir' },
    { id: 'o', url: 'file:///install/other%20pkgs', from: 'otherpkgdir' },
    { id: 'tools', url: 'file:///install/other%20pkgs/site/tools/', from: 'otherpkgdir' },
    { id: 'x', url: 'https://server/other', from: 'otherpkgdir' },
  ],
});

test('a sub-repository counts in the passes that name it, otherpkgdir itself in those with plain names', () => {
  expect(passes.map((each) => repositoriesOf(plan, each))).toEqual([
    ['p', 'o'],
    ['p', 'tools'],
    ['p', 'o', 'x'],
    ['p', 'o'],
  ]);
});
