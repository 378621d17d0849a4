import { expect, test } from 'vitest';
import { readTold } from '../../../../src/packages/dnf/dnf-telling.ts';

const repositories = ['file:///srv/my%20os', 'https://mirror/os'].map((url, number) => ({
  ...{ id: `pkgdir-${number}`, url, from: 'pkgdir' as const },
}));
const line = (id: string, ...words: readonly string[]) => `${[id, ...words].join('\t')}\n`;

test('a package is told of with its digest, and its file where it lies on this host', () => {
  const words = ['bash', '1:5.2-1', 'x86_64', 'Packages/b/bash 5.rpm', 'sha256', 'ab'];
  const told = readTold(repositories, line('pkgdir-0', ...words) + line('pkgdir-1', ...words));
  const bash = { name: 'bash', version: '1:5.2-1', arch: 'x86_64', digest: 'sha256:ab' };
  expect(told.packages).toEqual([
    { ...bash, repository: 'pkgdir-0', path: '/srv/my os/Packages/b/bash 5.rpm' },
    { ...bash, repository: 'pkgdir-1' },
  ]);
});

test('packages of no repository are told of without a digest, lines that are cut short not at all', () => {
  const file = line('@commandline', 'tool', '1-1', 'noarch', '/srv/tool.rpm', 'sha256', 'ab');
  const tool = { name: 'tool', version: '1-1', arch: 'noarch', repository: 'file' };
  expect(readTold(repositories, `${file}pkgdir-0\tbash\t1-1`).packages).toEqual([tool]);
});

test('the version of rpm is told first, and last that these are all packages', () => {
  const bash = line('pkgdir-0', 'bash', '1-1', 'noarch', 'bash.rpm', 'sha256', 'ab');
  expect(readTold(repositories, `rpm\t4.18.0\n${bash}all\n`)).toMatchObject({ isAll: true, rpm: '4.18.0' });
  expect(readTold(repositories, `rpm\t4.18.0\n${bash}`).isAll).toBe(false);
  // A package may have the name of anything.
  const odd = line('pkgdir-0', 'all', '1-1', 'noarch', 'all.rpm', 'sha256', 'ab');
  expect(readTold(repositories, odd)).toMatchObject({ isAll: false, rpm: undefined });
  expect(readTold(repositories, '')).toEqual({ packages: [], isAll: false, rpm: undefined });
});
