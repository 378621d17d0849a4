import { expect, it } from 'vitest';
import type { Build } from '../../../../src/genimage/build-context.ts';
import { packageSite } from '../../../../src/genimage/packages/package-site.ts';

function site(kept?: string) {
  const told: string[] = [];
  const warnings: string[] = [];
  const build = {
    ...{ root: '/r', tree: { isNew: true, changed: true }, warnings },
    logs: { path: (name: string) => `/logs/${name}`, kept },
    reporter: { warn: (text: string) => void told.push(text) },
  };
  return { told, warnings, ...packageSite(build as unknown as Build) };
}

it('says the same warning once, for the user and the manifest alike', () => {
  const { warn, told, warnings } = site();
  for (const text of ['a', 'b', 'a']) warn(text);
  expect([told, warnings]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

it('tells where a log stays only where it does', () => {
  expect(site().keptLog('dnf.log')).toBeUndefined();
  expect(site('/logs').keptLog('dnf.log')).toBe('/logs/dnf.log');
  expect(site().log('dnf.log')).toBe('/logs/dnf.log');
});
