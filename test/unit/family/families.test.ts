import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { distributionOf, familyOf, folderOf } from '../../../src/family/families.ts';

describe('folderOf', () => {
  it.each([
    ['rhels6.3', 'rh'],
    ['rhels8.10.2', 'rh'],
    ['rhel9', 'rh'],
    ['rhelhpc6', 'rh'],
    ['centos7.9', 'centos'],
    ['centos-stream9', 'centos-stream'],
    ['rocky9.4', 'rocky'],
    ['alma8.10', 'alma'],
    ['ol8.4.0', 'ol'],
    ['fedora40', 'fedora'],
    ['SL7.9', 'SL'],
    ['sles12.5', 'sles'],
    ['sles11sp1', 'sles'],
    ['sle15.5', 'sle'],
    ['leap15.6', 'sles'],
    ['leap16.0', 'sles'],
    ['sle16.0', 'sle'],
    ['leap17.0', 'leap'],
    ['suse11', 'suse'],
    ['ubuntu24.04.1', 'ubuntu'],
    ['debian12', 'debian'],
  ])('%s → %s', (osvers, family) => {
    expect(folderOf(osvers)).toBe(family);
  });
});

describe('familyOf', () => {
  it.each([
    ['rh', 'dnf'],
    ['fedora', 'dnf'],
    ['a-rebuild-under-another-name', 'dnf'],
    ['sle', 'zypper'],
    ['sles', 'zypper'],
    ['suse', 'zypper'],
    ['ubuntu', 'apt'],
    ['debian', 'apt'],
  ])('%s → %s', (folder, manager) => {
    expect(familyOf(folder).packageManager).toBe(manager);
  });

  it('knows every netboot folder that there is', async () => {
    for (const name of await readdir('share/xcat/netboot')) {
      if (name !== 'common') expect(familyOf(name).folders, name).toContain(name);
    }
  });
});

describe('release', () => {
  it.each([
    ['rhels6.3', '6'],
    ['rocky10.1', '10'],
    ['centos-stream9', '9'],
    ['rawhide', 'rawhide'],
  ])('%s → %s', (osvers, release) => {
    expect(familyOf(folderOf(osvers)).release(osvers)).toBe(release);
  });
});

describe('distributionOf', () => {
  it.each([
    ['rhels9.4', 'rhel'],
    ['alma9.4', 'almalinux'],
    ['ol8.9', 'ol'],
    ['sles15.6', 'sles'],
    ['leap15.6', 'opensuse-leap'],
    ['ubuntu24.04', 'ubuntu'],
    ['nosuch1', undefined],
  ])('%s → %s', (osvers, id) => {
    expect(distributionOf(osvers)).toBe(id);
  });
});
