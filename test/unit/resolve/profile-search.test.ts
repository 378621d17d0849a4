import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baseReleases,
  findProfileFile,
  profileFolders,
  profileNames,
} from '../../../src/resolve/profile-search.ts';
import { useFolder } from '../../lib/folder.ts';

describe('baseReleases', () => {
  it.each([
    ['rhels9.4', 'rhels9.3 rhels9.2 rhels9.1 rhels9.0 rhels9'],
    ['rhels9', ''],
    ['rhels9.0', 'rhels9'],
    ['ol8.4.1', 'ol8.4.0 ol8.4 ol8.3 ol8.2 ol8.1 ol8.0 ol8'],
    ['ol8.4.0', 'ol8.4 ol8.3 ol8.2 ol8.1 ol8.0 ol8'],
    ['ubuntu24.04', ''],
    ['ubuntu24.04.1', 'ubuntu24.04.0 ubuntu24.04'],
    [
      'ubuntu24.10',
      'ubuntu24.09 ubuntu24.9 ubuntu24.08 ubuntu24.8 ubuntu24.07 ubuntu24.7 ubuntu24.06 ubuntu24.6 ubuntu24.05 ubuntu24.5 ubuntu24.04 ubuntu24.4 ubuntu24.03 ubuntu24.3 ubuntu24.02 ubuntu24.2 ubuntu24.01 ubuntu24.1 ubuntu24.00 ubuntu24.0 ubuntu24',
    ],
    ['centos-stream8', 'centos'],
    ['rhels7.6-alternate', 'rhels7.6 rhels7.5 rhels7.4 rhels7.3 rhels7.2 rhels7.1 rhels7.0 rhels7'],
    ['sles11sp1', 'sles11'],
    ['sles12.1', 'sles12.0 sles12'],
    ['leap15.2', 'leap15.1 leap15.0 leap15 sle15'],
    ['leap15', 'sle15'],
    ['debian12', ''],
  ])('%s → %s', (osvers, bases) => {
    expect(baseReleases(osvers).join(' ')).toBe(bases);
  });

  it('tries 8.09 as well as 8.9 below 8.10', () => {
    expect(baseReleases('rhels8.10').slice(0, 4)).toEqual(['rhels8.09', 'rhels8.9', 'rhels8.08', 'rhels8.8']);
    expect(baseReleases('rhels8.10').at(-1)).toBe('rhels8');
  });

  it('ends for any osvers', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'rhelsp0123456789.-'), maxLength: 20 }), (osvers) => {
        const bases = baseReleases(osvers);
        expect(new Set(bases).size).toBe(bases.length);
        expect(bases).not.toContain(osvers);
      }),
    );
  });
});

const key = { profile: 'compute', osvers: 'rhels9.1', arch: 'x86_64' };

describe('profileNames', () => {
  it('of a build: with arch, arch only, without arch, profile only', () => {
    expect(profileNames('build', key)).toEqual([
      'compute.rhels9.1.x86_64',
      'compute.rhels9.0.x86_64',
      'compute.rhels9.x86_64',
      'compute.x86_64',
      'compute.rhels9.1',
      'compute.rhels9.0',
      'compute.rhels9',
      'compute',
    ]);
  });

  it('of copycds: exact, generic, each base, arch only, profile only', () => {
    expect(profileNames('copycds', key)).toEqual([
      'compute.rhels9.1.x86_64',
      'compute.rhels9.1',
      'compute.rhels9.x86_64',
      'compute.rhels9',
      'compute.rhels9.0.x86_64',
      'compute.rhels9.0',
      'compute.x86_64',
      'compute',
    ]);
  });

  it('of copycds has the generic name early for every family', () => {
    expect(
      profileNames('copycds', { ...key, osvers: 'leap15.1' }).filter((name) => !name.includes('x86')),
    ).toEqual(['compute.leap15.1', 'compute.leap15', 'compute.leap15.0', 'compute.sle15', 'compute']);
  });
});

describe('findProfileFile', () => {
  const folder = useFolder();

  it('takes any file of the custom folder before the best of the netboot folder', async () => {
    const folders = profileFolders(`${folder.path}/install`, `${folder.path}/netboot`, 'rh');
    await folder.file('netboot/rh/compute.rhels9.1.x86_64.pkglist');
    const find = () => findProfileFile('build', key, folders, 'pkglist');
    expect(await find()).toBe(`${folder.path}/netboot/rh/compute.rhels9.1.x86_64.pkglist`);
    await folder.file('install/custom/netboot/rh/compute.pkglist');
    expect(await find()).toBe(`${folder.path}/install/custom/netboot/rh/compute.pkglist`);
  });

  it('keeps the orders apart and passes over folders', async () => {
    await folder.file('rh/compute.rhels9.1.exlist');
    await folder.file('rh/compute.rhels9.x86_64.exlist');
    await folder.folder('rh/compute.rhels9.1.x86_64.exlist');
    const find = (order: 'build' | 'copycds') => findProfileFile(order, key, [`${folder.path}/rh`], 'exlist');
    expect(await find('build')).toBe(`${folder.path}/rh/compute.rhels9.x86_64.exlist`);
    expect(await find('copycds')).toBe(`${folder.path}/rh/compute.rhels9.1.exlist`);
    expect(await findProfileFile('build', key, [`${folder.path}/rh`], 'synclist')).toBeUndefined();
  });
});
