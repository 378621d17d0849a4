import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { checkPackages } from '../../../../src/cli/check/check-packages.ts';
import { aPlan } from '../../../unit/genimage/a-plan.ts';

test('what the package manager cannot do is a finding, and nothing is left of the question', async () => {
  const entry = { name: 'nosuch', origin: { file: 'list', line: 1 } };
  const plan = aPlan({
    passes: [{ install: [entry], removeBefore: [], removeAfter: [], environment: [] }],
    repositories: [{ id: 'pkgdir-0', url: 'file:///nonexistent', from: 'pkgdir' }],
  });
  // The repository has no key, which dnf minds before it looks for it.
  const { problems: found } = await checkPackages(plan);
  expect(found.map(({ code }) => code)).toEqual(['signature']);
  const left = (await readdir(tmpdir())).filter((name) => name.startsWith('rootimg-check-'));
  expect(left).toEqual([]);
});
