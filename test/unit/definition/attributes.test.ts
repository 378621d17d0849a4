import { describe, expect, it } from 'vitest';
import { fitsImagetype, isOsimageAttribute, neededImagetypes } from '../../../src/definition/attributes.ts';
import { nameFault } from '../../../src/definition/object.ts';

describe('osimage attributes', () => {
  it('are known by their own names only', () => {
    expect(['pkglist', 'nfsrootopts', 'imagename'].map(isOsimageAttribute)).toEqual([true, true, true]);
    expect(['', 'Pkglist', 'toString', '__proto__', 'objtype'].filter(isOsimageAttribute)).toEqual([]);
  });

  it('of the linux kind need imagetype linux, exactly', () => {
    expect(fitsImagetype('osarch', undefined)).toBe(true);
    expect(fitsImagetype('pkglist', 'linux')).toBe(true);
    for (const imagetype of [undefined, '', 'Linux', 'linux2', 'NIM']) {
      expect(fitsImagetype('pkglist', imagetype)).toBe(false);
    }
    expect(neededImagetypes('usercomment')).toBe('linux or NIM');
  });
});

describe('a name', () => {
  it.each(['a', 'rhels9.4-x86_64-netboot-compute', 'a:b', 'x"y', 'ü', 'default', 'default-a-b'])(
    'can be %j',
    (name) => {
      expect(nameFault(name)).toBeUndefined();
    },
  );
  it.each([
    '',
    'a b',
    'a\tb',
    'a/b',
    '..',
    '.a',
    '-a',
    '#a',
    'a,b',
    'a=b',
    'default-osimage',
    'a\u0000',
    'x'.repeat(201),
  ])('cannot be %j', (name) => {
    expect(nameFault(name)).toBeDefined();
  });
});
