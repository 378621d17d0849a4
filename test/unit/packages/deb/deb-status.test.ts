import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStatus } from '../../../../src/packages/deb/deb-status.ts';

const part = (name: string, status: string, more = '') =>
  `Package: ${name}\nStatus: ${status}\nInstalled-Size: 12\nArchitecture: amd64\nVersion: 1:2-3\n${more}`;

test('packages with files in the tree, and how far dpkg came with them', () => {
  const found = parseStatus(
    [
      part('whole', 'install ok installed'),
      part('held', 'hold ok installed'),
      part('half', 'install reinstreq half-installed'),
      part('waits', 'install ok triggers-pending'),
      part('gone', 'deinstall ok config-files'),
      part('never', 'unknown ok not-installed'),
    ].join('\n'),
  );
  expect(found.map(({ name, finished, state }) => [name, finished, state])).toEqual([
    ['whole', true, 'installed'],
    ['held', true, 'installed'],
    ['half', false, 'half-installed'],
    ['waits', false, 'triggers-pending'],
  ]);
  expect(found[0]).toMatchObject({ version: '1:2-3', arch: 'amd64', bytes: 12 * 1024 });
});

test('configuration files count as the package gave them; those of earlier versions do not', () => {
  const md5 = '0123456789abcdef0123456789abcdef';
  const lines = `Conffiles:\n /etc/a b ${md5}\n /etc/old ${md5} obsolete\n /etc/new newconffile\nDescription: x\n`;
  expect(parseStatus(part('one', 'install ok installed', lines))[0]?.conffiles).toEqual([
    { path: '/etc/a b', md5 },
  ]);
});

test('a later part replaces an earlier one; a package of two architectures is two', () => {
  const i386 = part('lib', 'install ok installed').replace('amd64', 'i386');
  const text = [part('lib', 'install ok installed'), i386, part('lib', 'install ok half-configured')];
  expect(parseStatus(text.join('\n\n')).map(({ arch, state }) => [arch, state])).toEqual([
    ['amd64', 'half-configured'],
    ['i386', 'installed'],
  ]);
  expect(parseStatus('Package: alone\nVersion: 1\n')).toMatchObject([{ name: 'alone', finished: true }]);
});

test('whatever stands there, no name leads out of the folder of lists', () => {
  expect(parseStatus(part('../../etc/shadow', 'install ok installed'))).toEqual([]);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'Package: \nStus/.\tx') }), (text) => {
      for (const { name } of parseStatus(text)) expect(name).not.toContain('/');
    }),
  );
});
