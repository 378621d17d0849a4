import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemsOf, type RootimgError } from '../../../src/base/errors.ts';
import type { Dnf, DnfRun } from '../../../src/packages/dnf/dnf-call.ts';
import { checkArrived } from '../../../src/packages/dnf/requested-packages.ts';
import { writeRpmMacros } from '../../../src/packages/rpm/rpm-macros.ts';
import { aSite } from '../../unit/packages/a-site.ts';

/** A tree in whose real database the packages of the fixture are; dnf's own records of modules. */
const spec = join(import.meta.dirname, '../../../fixtures/rpm-database/packages.spec');
let base: string;
let root: string;
let rpm: string;
let dnf: Dnf;

const run = (program: string, ...words: string[]) => execFileSync(program, words, { stdio: 'pipe' });

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'rootimg-arrived-'));
  root = join(base, 'root');
  for (const name of ['dev', 'proc', 'sys', 'run', 'tmp', 'root', 'var/lib/rpm', 'etc/dnf/modules.d'])
    mkdirSync(join(root, name), { recursive: true });
  run('rpmbuild', '-bb', '--quiet', '--define', `_topdir ${base}/top`, spec);
  const folder = `${base}/top/RPMS/noarch`;
  rpm = join(folder, readdirSync(folder).find((name) => name.startsWith('one-')) ?? '');
  run(
    'rpm',
    '--root',
    root,
    '--dbpath',
    '/var/lib/rpm',
    '--justdb',
    '--nodeps',
    '--nosignature',
    '--noscripts',
    '-i',
    rpm,
  );
  const state = (name: string, words: string) =>
    writeFileSync(join(root, `etc/dnf/modules.d/${name}.module`), `[${name}]\nname=${name}\n${words}`);
  state('perl', 'stream=5.32\nprofiles=common\nstate=enabled\n');
  state('php', 'stream=8.0\nstate=disabled\n');
  const shared = join(base, 'shared');
  mkdirSync(shared);
  const host = { root, shared, macros: await writeRpmMacros(base, '/var/lib/rpm') };
  dnf = { site: aSite(root, base), host } as unknown as Dnf;
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** What of these words has not arrived: the word, and why where that is said. */
async function absent(...names: string[]): Promise<string[]> {
  const entries = names.map((name, index) => ({ name, origin: { file: 'list', line: index + 1 } }));
  const error = await checkArrived(dnf, { entries } as unknown as DnfRun).catch((reason: unknown) => reason);
  if (error === undefined) return [];
  return problemsOf(error as RootimgError).map(({ message, origin }) => {
    const why = /after its pass: (.*)\.$/.exec(message)?.[1];
    return [names[(origin?.line ?? 0) - 1], ...(why === undefined ? [] : [why])].join(': ');
  });
}

test('a package has arrived in every way to write it, by what it provides, a path of it, and its file', async () => {
  const there = [
    'one',
    'one-1',
    'one-2:1-2.el9.noarch',
    'site/sub/one',
    'o?e',
    'other-name',
    '/usr/bin/app',
    rpm,
  ];
  expect(await absent(...there)).toEqual([]);
});

test('all that has not arrived is told with its line', async () => {
  const wrong = ['two', 'one-2', 'one.x86_64', 'z*', '/usr/bin/nosuch'];
  expect(await absent('one', ...wrong)).toEqual(wrong);
});

test('a module has arrived when its stream is enabled', async () => {
  expect(await absent('@perl', '@perl:5.32', '@perl:5.32/common')).toEqual([]);
  expect(await absent('@perl:5.30', '@php', '@nodejs:18')).toEqual([
    ...['@perl:5.30: the module is at stream 5.32', '@php: the module is disabled'],
    '@nodejs:18: the module is not known',
  ]);
});
