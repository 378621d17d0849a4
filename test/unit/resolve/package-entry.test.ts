import { expect, test } from 'vitest';
import { readEntry } from '../../../src/resolve/package-entry.ts';

test('a name to install, behind its folders in an otherpkglist alone', () => {
  expect(readEntry('bash', 'pkglist', 'rpm').entry).toEqual({ list: 'install', name: 'bash' });
  expect(readEntry('a/b/bash', 'pkglist', 'rpm').entry?.name).toBe('bash');
  expect(readEntry('a/b/bash', 'otherpkglist', 'rpm').entry?.name).toBe('a/b/bash');
  expect(readEntry('/r/-x.rpm', 'pkglist', 'rpm').entry?.name).toBe('/r/-x.rpm');
});

test('a name to remove, in an otherpkglist alone', () => {
  expect(readEntry('-a/bash', 'otherpkglist', 'rpm').entry).toEqual({ list: 'removeBefore', name: 'bash' });
  expect(readEntry('--bash', 'otherpkglist', 'rpm').entry).toEqual({ list: 'removeAfter', name: 'bash' });
  expect(readEntry('-bash', 'pkglist', 'rpm').problem?.code).toBe('removal-in-pkglist');
});

/** Words that dnf and zypper would take for options of theirs. */
const options = [
  'x/--nogpgcheck',
  './--setopt=gpgcheck=0',
  'a/b/-y',
  'x/--installroot=%2f',
  '-x/---y',
  '---y',
  '@--nogpgcheck',
];

test.each(options)('%s is no package', (text) => {
  for (const format of ['rpm', 'deb', undefined] as const) {
    for (const kind of ['pkglist', 'otherpkglist'] as const) {
      const { entry, problem } = readEntry(text, kind, format);
      expect(entry, `${kind} ${format}`).toBeUndefined();
      expect(problem?.code).toMatch(/^(package-line|removal-in-pkglist)$/);
    }
  }
});
