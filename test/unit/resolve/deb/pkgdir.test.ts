import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collect } from '../../../../src/resolve/deb/collector.ts';
import { addOthers } from '../../../../src/resolve/deb/otherpkgdir.ts';
import { addFolder, addPkgdir, componentsOf, releaseFolder } from '../../../../src/resolve/deb/pkgdir.ts';
import { readItem } from '../../../../src/resolve/deb/pkgdir-item.ts';
import { targetOf } from '../../../../src/resolve/deb/target.ts';
import { useFolder } from '../../../lib/folder.ts';
import { archive } from './a-request.ts';

const folder = useFolder();
const jammy = targetOf('ubuntu22.04', 'x86_64');
const tilde = (text: string) => text.replaceAll(folder.path, '~');

/** What an osimage with this pkgdir has: repositories, problems, and those that a mirror makes up for. */
async function read(value: string, target = jammy, usual = join(folder.path, 'usual')) {
  const found = collect();
  const isUsual = (path: string) => path === usual;
  const { empty } = await addPkgdir(found, { value, isUsual, cwd: folder.path }, target);
  return {
    repositories: found.repositories.map(({ url, deb }) =>
      tilde([url, deb?.suite, ...(deb?.components ?? []), ...(deb?.plain ? ['plain'] : [])].join(' ')),
    ),
    problems: found.problems.map(({ code, message }) => `${code}: ${tilde(message)}`),
    empty: empty.map(({ code }) => code),
  };
}

test('a folder has the suites of the release, or those of no release that is known', async () => {
  await archive(folder, 'medium', {
    jammy: ['main', 'universe'],
    'jammy-updates': ['main'],
    focal: ['main'],
  });
  await archive(folder, 'site', { hpc: ['extra'], noble: ['main'] });
  expect((await read('medium,site')).repositories).toEqual([
    'file://~/medium jammy main universe',
    'file://~/medium jammy-updates main',
    'file://~/site hpc extra',
  ]);
});

test('every folder of packages below a folder counts, of each kind', async () => {
  await archive(folder, 'all/mirror', { jammy: ['main'] });
  await folder.file('all/flat/Packages.gz');
  await folder.file('all/plain/deep/a_1_all.deb');
  const { repositories, problems } = await read('all');
  expect(repositories.sort()).toEqual([
    'file://~/all/flat ./',
    'file://~/all/mirror jammy main',
    'file://~/all/plain/deep ./ plain',
  ]);
  expect(problems).toEqual([]);
});

test('a folder of another release, of another architecture, and one without packages are told apart', async () => {
  await archive(folder, 'noble', { noble: ['main'] });
  await archive(folder, 'arm', { jammy: ['main'] }, 'arm64');
  await folder.folder('empty');
  const { problems } = await read('noble,arm,empty,nowhere');
  expect(problems).toHaveLength(4);
  expect(problems[0]).toBe('no-repository: ~/noble holds noble, and ubuntu22.04 needs jammy.');
  expect(problems[1]).toMatch(/^no-repository: ~\/arm has no packages for amd64/);
  expect(problems[2]).toMatch(/^no-repository: There are no packages at or below pkgdir ~\/empty/);
  expect(problems[3]).toContain('~/nowhere');
});

test('the usual folder may be missing, and a live medium too, where a mirror makes up for it', async () => {
  await archive(folder, 'live', { jammy: ['main'] });
  await folder.file('live/casper/filesystem.squashfs');
  const { problems, empty } = await read('usual,live');
  expect(problems).toEqual([]);
  expect(empty).toHaveLength(2);
  expect(empty[1]).toBe('live-medium');
});

test('components: those that are written, those of the distribution for its own suites, else main', () => {
  const of = (item: string, target = jammy) => {
    const read = readItem(item);
    return componentsOf(read, read.suite ?? '', target).join(' ');
  };
  expect(of('http://m/u jammy multiverse')).toBe('multiverse');
  expect(of('http://m/u jammy-security')).toBe('main universe');
  expect(of('http://m/u stable')).toBe('main');
  expect(of('http://m/u ./')).toBe('');
  expect(of('http://m/u bookworm', targetOf('debian12', 'x86_64'))).toBe('main');
});

test('otherpkgdir: a folder for each word of an entry, and one line that asks for what is not there', async () => {
  await folder.file('o/mpi/a_1_all.deb');
  const install = ['mpi/a', 'nosuch/b', 'nosuch/c', 'plain'].map((name, index) => ({
    ...{ name, origin: { file: 'list', line: index + 1 } },
  }));
  const pass = { install, removeBefore: [], removeAfter: [], environment: [] };
  const found = collect();
  await addOthers(found, { value: 'o', passes: [pass], cwd: folder.path }, jammy);
  expect(found.repositories.map(({ url, folders }) => [tilde(url), folders])).toEqual([
    ['file://~/o/mpi', ['mpi']],
  ]);
  expect(found.problems.map(({ message, origin }) => [tilde(message), origin?.line])).toEqual([
    [expect.stringContaining("'nosuch/b' asks for a repository 'nosuch'"), 2],
  ]);
  expect(found.warnings).toEqual([expect.stringContaining('has no packages')]);
});

test('a folder may be searched for an entry of its own, and its Release file lies where its suite says', async () => {
  await folder.file('k/a_1_all.deb');
  const found = collect();
  expect(await addFolder(found, join(folder.path, 'k'), 'kerneldir', jammy)).toEqual([]);
  expect(found.repositories[0]).toMatchObject({ id: 'kerneldir-0', deb: { plain: true } });
  expect([releaseFolder('/m', 'jammy'), releaseFolder('/m', './'), releaseFolder('/m', 'sub/')]).toEqual([
    ...['/m/dists/jammy', '/m/', '/m/sub/'],
  ]);
});
