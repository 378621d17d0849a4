import { expect, test } from 'vitest';
import { readTold } from '../../../../src/packages/dnf/dnf-telling.ts';

const repositories = ['file:///srv/my%20os', 'https://mirror/os'].map((url, number) => ({
  ...{ id: `pkgdir-${number}`, url, from: 'pkgdir' as const },
}));
const line = (id: string, ...words: readonly string[]) => `${[id, ...words].join('\t')}\n`;

test('a package is told of with its digest, and its file where it lies on this host', () => {
  const words = ['bash', '1:5.2-1', 'x86_64', 'Packages/b/bash 5.rpm', 'sha256', 'ab'];
  const told = readTold(repositories, line('pkgdir-0', ...words) + line('pkgdir-1', ...words));
  expect([...told]).toEqual([
    ['pkgdir-0 bash 1:5.2-1 x86_64', { digest: 'sha256:ab', path: '/srv/my os/Packages/b/bash 5.rpm' }],
    ['pkgdir-1 bash 1:5.2-1 x86_64', { digest: 'sha256:ab' }],
  ]);
});

test('packages of no repository and lines that are cut short tell nothing', () => {
  const file = line('@commandline', 'tool', '1-1', 'noarch', '/srv/tool.rpm', 'sha256', 'ab');
  expect(readTold(repositories, `${file}pkgdir-0\tbash\t1-1\tx86_64\tbash.rpm`).size).toBe(0);
});
