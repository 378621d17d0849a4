import { expect, it } from 'vitest';
import {
  rootimgdirOf,
  usualOtherpkgdir,
  usualPkgdir,
  usualRootimgdir,
} from '../../../src/resolve/usual-folders.ts';
import { definitionOf } from '../../lib/folder.ts';

const key = { osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute' };

it('the usual folders are those of xCAT', () => {
  expect(usualPkgdir('/install', key)).toBe('/install/rocky9.4/x86_64');
  expect(usualOtherpkgdir('/install', key)).toBe('/install/post/otherpkgs/rocky9.4/x86_64');
  expect(usualRootimgdir('/install', key)).toBe('/install/netboot/rocky9.4/x86_64/compute');
});

it('a definition says its image folder, relative to where the command runs, or has the usual one', () => {
  const words = { osvers: 'rocky9.4', osarch: 'x86_64', profile: 'compute' };
  const of = (more: Record<string, string>) =>
    rootimgdirOf(definitionOf({ ...words, ...more }), '/install', '/here');
  expect(of({ rootimgdir: '/a/b' })).toBe('/a/b');
  expect(of({ rootimgdir: 'b/../c' })).toBe('/here/c');
  expect(of({ rootimgdir: '' })).toBe('/install/netboot/rocky9.4/x86_64/compute');
});
