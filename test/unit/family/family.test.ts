import { describe, expect, it } from 'vitest';
import { familyOf, packageManagerOf, releaseverOf } from '../../../src/family/family.ts';

describe('familyOf', () => {
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
    ['leap16.0', 'leap'],
    ['suse11', 'suse'],
    ['ubuntu24.04.1', 'ubuntu'],
    ['debian12', 'debian'],
  ])('%s → %s', (osvers, family) => {
    expect(familyOf(osvers)).toBe(family);
  });
});

describe('packageManagerOf', () => {
  it.each([
    ['rh', 'dnf'],
    ['fedora', 'dnf'],
    ['sle', 'zypper'],
    ['sles', 'zypper'],
    ['suse', 'zypper'],
    ['ubuntu', 'apt'],
    ['debian', 'apt'],
  ])('%s → %s', (family, manager) => {
    expect(packageManagerOf(family)).toBe(manager);
  });
});

describe('releaseverOf', () => {
  it.each([
    ['rhels6.3', '6'],
    ['rocky10.1', '10'],
    ['centos-stream9', '9'],
    ['rawhide', 'rawhide'],
  ])('%s → %s', (osvers, release) => {
    expect(releaseverOf(osvers)).toBe(release);
  });
});
