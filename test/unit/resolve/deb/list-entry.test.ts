import { describe, expect, it } from 'vitest';
import { debEntryFault } from '../../../../src/resolve/deb/list-entry.ts';

describe('debEntryFault', () => {
  it.each([
    ...['bash', 'libc6:amd64', 'g++', 'linux-image-6.1.0-18-amd64', 'bash=5.2-1+b2', 'bash=1:5.2~rc1-1'],
    ...['bash:arm64=5.2', 'bash/bookworm-backports', 'python3*', 'lib[ab]c?', '@standard', 'lamp-server^'],
    ...['/srv/debs/a_1_amd64.deb', '0ad'],
  ])('takes %s', (name) => {
    expect(debEntryFault(name)).toBeUndefined();
  });

  it.each([
    ['Bash', 'is not a package name'],
    ['bash;rm', 'is not a package name'],
    ['-o', 'is not a package name'],
    ['bash=', 'is not a package name'],
    ['bash/a/b', 'is not a package name'],
    ['bash=1 2', 'is not a package name'],
    ['@', 'is not a package name'],
    ['bash-', 'would remove the package'],
    ['/usr/bin/python3', 'not of a .deb file'],
  ])('refuses %s, and says how it is written', (name, words) => {
    const fault = debEntryFault(name);
    expect(fault?.message).toContain(words);
    expect(fault?.hint).toBeTruthy();
  });
});
