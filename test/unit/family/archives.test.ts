import { expect, it } from 'vitest';
import { debArchitecture, debArchiveOf, osversOfSuite, suiteOf } from '../../../src/family/archives.ts';

it.each([
  ['debian12', 'debian', 'bookworm'],
  ['debian12.7', 'debian', 'bookworm'],
  ['ubuntu22.04.3', 'ubuntu', 'jammy'],
  ['ubuntu99.10', 'ubuntu', undefined],
  ['ubuntu', undefined, undefined],
  ['debianx', undefined, undefined],
  ['rocky9', undefined, undefined],
])('%s is of %s, suite %s', (osvers, id, suite) => {
  expect([debArchiveOf(osvers)?.id, suiteOf(osvers)]).toEqual([id, suite]);
});

it.each([
  ['x86_64', 'amd64'],
  ['ppc64le', 'ppc64el'],
  ['riscv64', 'riscv64'],
  ['constructor', 'constructor'],
])('%s is %s in deb packages', (arch, name) => {
  expect(debArchitecture(arch)).toBe(name);
});

it('knows the osvers of a suite', () => {
  expect(osversOfSuite('bookworm')).toBe('debian12');
  expect(osversOfSuite('Jammy')).toBe('ubuntu22.04');
  expect(osversOfSuite('constructor')).toBeUndefined();
});
