import { expect, it } from 'vitest';
import { machineOf, normaliseArch, osarchOf, osarchOfMachine } from '../../../src/base/architecture.ts';

it.each([
  ['i386', 'x86'],
  ['i686', 'x86'],
  ['amd64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['ppc64el', 'ppc64le'],
  ['riscv64', 'riscv64'],
])('%s compares as %s', (word, name) => {
  expect(normaliseArch(word)).toBe(name);
});

it('gives a name that a machine itself says, which is the same architecture again', () => {
  for (const arch of ['x86', 'x86_64', 'ppc64', 'ppc64le', 'ppc64el', 'aarch64']) {
    expect(normaliseArch(machineOf(arch))).toBe(normaliseArch(arch));
    expect(machineOf(machineOf(arch))).toBe(machineOf(arch));
  }
  expect(machineOf('x86')).toBe('i686');
});

it("keeps Debian's ppc64el as osarch, and reads what media write", () => {
  const read = ['ppc64el', 'ppc', 'powerpc', 'amd64', 'i586', 'x86_64'].map(osarchOf);
  expect(read).toEqual(['ppc64el', 'ppc64', 'ppc64', 'x86_64', 'x86', 'x86_64']);
});

it('changes nothing of a machine but i?86', () => {
  expect(['i686', 'x86_64', 'ppc64el'].map(osarchOfMachine)).toEqual(['x86', 'x86_64', 'ppc64el']);
});
