import { expect, it } from 'vitest';
import { listPlaces, renamedList, sameNames } from '../../../src/bundle/bundle-lists.ts';

it('names each file of a definition, scripts without their arguments', () => {
  const columns = new Map([
    ['pkglist', '/a/x.pkglist, /b/y.pkglist,'],
    ['postinstall', '/s/p.sh one two,/s/q.sh'],
    ['pkgdir', '/install/z'],
  ]);
  expect(listPlaces(columns)).toEqual([
    { attribute: 'pkglist', path: '/a/x.pkglist', words: '' },
    { attribute: 'pkglist', path: '/b/y.pkglist', words: '' },
    { attribute: 'postinstall', path: '/s/p.sh', words: ' one two' },
    { attribute: 'postinstall', path: '/s/q.sh', words: '' },
  ]);
});

it('finds what would be one file, and no file that is named twice', () => {
  expect(sameNames(['/a/x', '/b/x', '/a/y', '/a/y'])).toEqual([['/a/x', '/b/x']]);
});

it('gives lists of another profile its name', () => {
  expect(renamedList('compute.rocky9.pkglist', 'compute', 'gpu')).toBe('gpu.rocky9.pkglist');
  expect(renamedList('site.exlist', 'compute', 'gpu')).toBe('gpu.site.exlist');
  expect(renamedList('site.exlist', 'gpu', 'gpu')).toBe('site.exlist');
});
