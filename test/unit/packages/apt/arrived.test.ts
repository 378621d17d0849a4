import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { problemsOf, type RootimgError } from '../../../../src/base/errors.ts';
import type { Apt, AptTask } from '../../../../src/packages/apt/apt-call.ts';
import { checkArrived, globPattern, installedIn } from '../../../../src/packages/apt/arrived.ts';
import { makeDeb } from '../../../lib/debs.ts';
import { useFolder } from '../../../lib/folder.ts';
import { aSite } from '../a-site.ts';

const folder = useFolder();
const root = () => join(folder.path, 'root');
const part = (name: string, version: string, more = '', state = 'install ok installed') =>
  `Package: ${name}\nStatus: ${state}\nArchitecture: amd64\n${more}Version: ${version}\n`;

beforeEach(async () => {
  await folder.file(
    'root/var/lib/dpkg/status',
    [
      part('nano', '1.2-3'),
      part('exim4', '4.9', 'Provides: mail-transport-agent, smtp (= 2) , x:any\n'),
      part('half', '1', '', 'install ok half-configured'),
      part('gone', '1', '', 'deinstall ok config-files'),
    ].join('\n'),
  );
});

/** Names of these entries that are not in the tree. */
async function absent(...names: string[]): Promise<(string | undefined)[]> {
  const site = aSite(root(), folder.path);
  const entries = names.map((name, index) => ({ name, origin: { file: 'list', line: index + 1 } }));
  const apt: Apt = { site, folder: folder.path, architecture: 'amd64', origins: new Map() };
  const work = checkArrived(apt, { entries, sources: 'x', environment: [] } as unknown as AptTask);
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return [];
  return problemsOf(error as RootimgError).map(({ code, origin }) => {
    expect(code).toBe('package-not-arrived');
    return names[(origin?.line ?? 0) - 1];
  });
}

test('what dpkg is done with has arrived, and nothing else', async () => {
  expect(installedIn(root()).map(({ name }) => name)).toEqual(['nano', 'exim4']);
  expect(await absent('nano', 'half', 'gone', 'exim4', 'never')).toEqual(['half', 'gone', 'never']);
});

test('a version, an architecture and a pattern must be there as they are asked for', async () => {
  const there = [
    'nano=1.2-3',
    'nano=1.2*',
    'nano:amd64',
    'nano:amd64=1.2-3',
    'nano/stable',
    'ex?m*',
    '[mn]ano',
  ];
  expect(await absent(...there)).toEqual([]);
  const wrong = ['nano=1.2', 'nano=2*', 'nano:arm64', 'ex?m', 'an*'];
  expect(await absent(...wrong)).toEqual(wrong);
});

test('a name that a package provides has arrived with it, but in no version', async () => {
  expect(await absent('mail-transport-agent', 'smtp', 'x')).toEqual([]);
  expect(await absent('smtp=2', 'mail')).toEqual(['smtp=2', 'mail']);
});

test('a package file has arrived when its very version has', async () => {
  const [same, newer] = [
    makeDeb(folder.path, { name: 'nano', version: '1.2-3' }),
    makeDeb(folder.path, { name: 'nano', version: '1.3', arch: 'amd64' }),
  ];
  expect(await absent(same, newer)).toEqual([newer]);
});

test('a pattern means every name that its text stands for, and takes nothing else of a name for one', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9+.(){}|^$\\-]{1,12}$/), fc.nat(), (name, at) => {
      const cut = at % name.length;
      expect(globPattern(name).test(name)).toBe(true);
      expect(globPattern(name).test(`${name}x`)).toBe(false);
      expect(globPattern(`${name.slice(0, cut)}*`).test(name)).toBe(true);
      expect(globPattern(`${name.slice(0, cut)}?${name.slice(cut + 1)}`).test(name)).toBe(true);
      expect(globPattern(`${name.slice(0, cut)}?${name.slice(cut)}`).test(name)).toBe(false);
    }),
  );
});
