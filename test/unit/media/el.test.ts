import { describe, expect, it } from 'vitest';
import { recogniseEl } from '../../../src/media/el.ts';
import { facts, newTreeinfo, oldTreeinfo } from './layouts.ts';

describe('EL and Fedora media', () => {
  it.each(['Final', 'CentOS 6.10', 'CentOS 6.10 (Final)', '6.10'])(
    'CentOS 6.10 without .treeinfo, described as "%s"',
    (words) => {
      const files = { '.discinfo': `1530368127.083784\n${words}\nx86_64\n1\n` };
      const rpm = 'Packages/centos-release-6-10.el6.centos.12.3.x86_64.rpm';
      expect(recogniseEl(facts(files, [rpm]))).toMatchObject({
        osvers: 'centos6.10',
        arch: 'x86_64',
        disc: '1',
      });
    },
  );

  it.each([
    ['Red Hat Enterprise Linux', '9.4', 'BaseOS', 'rhels9.4'],
    ['Red Hat Enterprise Linux', '8.10', 'BaseOS', 'rhels8.10'],
    ['Red Hat Enterprise Linux', '8.0.0', 'BaseOS', 'rhels8.0.0'],
    ['Red Hat Enterprise Linux', '7.2', 'ComputeNode', 'rhelhpc7.2'],
    ['Red Hat Enterprise Linux', '7.2', 'Workstation', 'rhelw7.2'],
    ['Rocky Linux', '9.4', 'BaseOS', 'rocky9.4'],
    ['AlmaLinux', '8.6', 'BaseOS', 'alma8.6'],
    ['AlmaLinux', '10.0', 'BaseOS', 'alma10.0'],
    ['Oracle Linux Server', '8.9', 'BaseOS', 'ol8.9'],
    ['Oracle Linux', '9.3', 'BaseOS', 'ol9.3'],
    ['CentOS Linux', '7.6', 'Server', 'centos7.6'],
    ['CentOS Linux', '8.4.2105', 'BaseOS', 'centos8.4.2105'],
    ['CentOS Stream', '9', 'BaseOS', 'centos-stream9'],
    ['Fedora', '39', 'Server', 'fedora39'],
    ['Scientific Linux', '7.9', 'Server', 'SL7.9'],
  ])('names %s %s %s %s by .treeinfo', (family, version, variant, osvers) => {
    const files = { '.treeinfo': newTreeinfo(family, version, variant, 'x86_64') };
    expect(recogniseEl(facts(files))).toEqual({ osvers, arch: 'x86_64', disc: '1', folder: undefined });
  });

  it.each([
    ['Red Hat Enterprise Linux 6.3', 'rhels6.3'],
    ['RHEL-6.3 Server.x86_64', 'rhels6.3'],
    ['Red Hat Enterprise Linux Server 5', 'rhels5'],
    ['Rocky Linux 8.5', 'rocky8.5'],
    ['AlmaLinux 8.6', 'alma8.6'],
    ['Oracle Linux 6.3', 'ol6.3'],
    ['Oracle Linux 8.9', 'ol8.9'],
    ['CentOS Linux 8', 'centos8'],
    ['CentOS 6.3', 'centos6.3'],
    ['CentOS Linux 8.1.1911', 'centos8.1.1911'],
    ['CentOS Linux 7.9.2009', 'centos7.9'],
    ['CentOS Stream 8', 'centos-stream8'],
    ['Scientific Linux 6.10', 'SL6.10'],
    ['Fedora 20', 'fedora20'],
  ])('names "%s" of .discinfo %s where there is no .treeinfo', (description, osvers) => {
    const found = recogniseEl(facts({ '.discinfo': `1565905914.062055\n${description}\nx86_64\nALL\n` }));
    expect(found).toEqual({ osvers, arch: 'x86_64', disc: 'ALL', folder: undefined });
  });

  it.each([
    ['7.9', '7', 'centos7.9'],
    ['7.6', '7', 'centos7.6'],
    ['Final', '6.5', 'centos6.5'],
    ['6.10', '6', 'centos6.10'],
    ['8.4.2105', '8', 'centos8.4.2105'],
    ['8', '8.4', 'centos8.4'],
  ])('names CentOS with its minor release: "%s" and %s', (description, version, osvers) => {
    const files = {
      '.treeinfo': oldTreeinfo('CentOS', version, 'x86_64'),
      '.discinfo': `1525379451.112078\n${description}\nx86_64\n`,
    };
    expect(recogniseEl(facts(files))).toMatchObject({ osvers, disc: undefined });
  });

  it('takes the distribution from the release package where .discinfo has nothing but a number', () => {
    const files = { '.discinfo': '1603728831.000001\n7.9\nx86_64\n' };
    const rpm = 'Packages/centos-release-7-9.2009.0.el7.centos.x86_64.rpm';
    expect(recogniseEl(facts(files, [rpm]))).toMatchObject({ osvers: 'centos7.9', arch: 'x86_64' });
    expect(recogniseEl(facts({}, [rpm]))).toBeUndefined();
  });

  it('takes the minor release from .discinfo where .treeinfo has the major one only', () => {
    const files = {
      '.treeinfo': oldTreeinfo('Scientific Linux', '7', 'x86_64'),
      '.discinfo': '1525379451.112078\n7.5\nx86_64\n',
    };
    expect(recogniseEl(facts(files))).toMatchObject({ osvers: 'SL7.5', disc: undefined });
  });

  it('takes no build date of .discinfo for a release', () => {
    const files = {
      '.treeinfo': oldTreeinfo('Scientific Linux', '7', 'x86_64'),
      '.discinfo': '1450147276.351714\n151215\nx86_64\n',
    };
    expect(recogniseEl(facts(files))).toMatchObject({ osvers: 'SL7', arch: 'x86_64' });
  });

  it.each([
    ['Rocky Linux', '8', 'BaseOS/Packages/r/rocky-release-8.5-3.el8.noarch.rpm', 'rocky8.5'],
    ['Rocky Linux', '8', 'BaseOS/Packages/r/rocky-release-9.0-3.el9.noarch.rpm', 'rocky8'],
    ['CentOS', '8', 'BaseOS/Packages/centos-linux-release-8.3-1.2011.el8.noarch.rpm', 'centos8.3.2011'],
    ['CentOS', '8.1', 'BaseOS/Packages/centos-release-8.1-1.1911.0.8.el8.x86_64.rpm', 'centos8.1.1911'],
    ['CentOS', '6', 'Packages/centos-release-6-10.el6.centos.12.3.x86_64.rpm', 'centos6.10'],
    ['CentOS', '7', 'Packages/centos-release-7-9.2009.0.el7.centos.x86_64.rpm', 'centos7.9'],
    ['Red Hat Enterprise Linux', '9', 'BaseOS/Packages/redhat-release-9.4-0.5.el9.x86_64.rpm', 'rhels9.4'],
    ['CentOS Stream', '9', 'BaseOS/Packages/centos-stream-release-9.0-26.el9.noarch.rpm', 'centos-stream9'],
  ])('finds the minor release of %s %s by %s', (family, version, rpm, osvers) => {
    const files = { '.treeinfo': oldTreeinfo(family, version, 'x86_64') };
    expect(recogniseEl(facts(files, [rpm]))?.osvers).toBe(osvers);
  });

  it('tells the edition of RHEL 5 and 6 by the folder that only this edition has', () => {
    const files = { '.discinfo': '1305068199.328169\nRed Hat Enterprise Linux 6.1\nx86_64\n1\n' };
    expect(recogniseEl(facts(files, ['Workstation']))?.osvers).toBe('rhelw6.1');
    expect(recogniseEl(facts(files, ['Server', 'Workstation']))?.osvers).toBe('rhels6.1');
  });

  it.each([
    ['i386', 'x86'],
    ['i686', 'x86'],
    ['ppc', 'ppc64'],
    ['ppc64le', 'ppc64le'],
    ['aarch64', 'aarch64'],
    ['s390x', 's390x'],
  ])('calls the architecture %s %s', (arch, osarch) => {
    expect(recogniseEl(facts({ '.treeinfo': oldTreeinfo('Rocky Linux', '9.4', arch) }))?.arch).toBe(osarch);
  });

  it('reads CRLF, and leaves alone what is none of these', () => {
    const text = newTreeinfo('Rocky Linux', '9.4', 'BaseOS', 'x86_64').replaceAll('\n', '\r\n');
    expect(recogniseEl(facts({ '.treeinfo': text }))?.osvers).toBe('rocky9.4');
    expect(recogniseEl(facts({ '.treeinfo': oldTreeinfo('Mageia', '9', 'x86_64') }))).toBeUndefined();
    expect(recogniseEl(facts({ '.treeinfo': '' }))).toBeUndefined();
    expect(recogniseEl(facts({}))).toBeUndefined();
  });
});
