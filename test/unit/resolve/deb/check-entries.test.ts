import { expect, it } from 'vitest';
import type { PackagePass, Repository } from '../../../../src/plan/build-plan.ts';
import { missingFiles, unknownSuites } from '../../../../src/resolve/deb/check-entries.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

function passOf(...names: string[]): PackagePass {
  const install = names.map((name, index) => ({ name, origin: { file: 'list', line: index + 1 } }));
  return { install, removeBefore: [], removeAfter: [], environment: [] } as unknown as PackagePass;
}

const repository = (suite: string): Repository => ({
  ...{ id: suite, url: 'http://m', from: 'pkgdir' },
  deb: { suite, components: [] },
});

it('missingFiles names the .deb files that are not there, folders too', async () => {
  const there = await folder.file('a.deb', 'x');
  const none = `${folder.path}/b.deb`;
  const pass = passOf('bash', there, none, await folder.folder('c.deb'));
  const found = await missingFiles([pass]);
  expect(found.map(({ origin }) => origin)).toEqual([
    { file: 'list', line: 3 },
    { file: 'list', line: 4 },
  ]);
  expect(found[0]?.message).toContain(none);
});

it.each([
  ['a suite that a repository has', 'bash/jammy', true],
  ['a word that moves with each release', 'bash/stable', true],
  ['no suite', 'bash', true],
  ['a path', '/srv/debs/x.deb', true],
  ['another suite', 'bash/noble', false],
  ['the folder of an otherpkglist', 'site/tool', false],
])('unknownSuites: %s', (_, name, isGood) => {
  const found = unknownSuites([passOf(name)], [repository('jammy'), repository('./')]);
  expect(found).toHaveLength(isGood ? 0 : 1);
  if (!isGood) expect(found[0]?.message).toMatch(/; the repositories have jammy\.$/);
});
