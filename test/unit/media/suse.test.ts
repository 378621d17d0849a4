import { describe, expect, it } from 'vitest';
import { recognise } from '../../../src/media/recognise.ts';
import { recogniseSuse } from '../../../src/media/suse.ts';
import { facts, newTreeinfo } from './layouts.ts';

/** `content` of SLES 11 and openSUSE up to 13. */
const content11 = `CONTENTSTYLE     11
DATADIR          suse
DESCRDIR         suse/setup/descr
DISTRIBUTION     SUSE_SLE
NAME             SUSE_SLES
VERSION          11.3-1.138
LABEL            SUSE Linux Enterprise Server 11 SP3
BASEARCHS        x86_64
DEFAULTBASE      x86_64
VENDOR           SUSE LINUX Products GmbH, Nuernberg, Germany
`;

/** `content` of SLES 12. */
const content12 = (pack: string, arch: string) => `CONTENTSTYLE     11
DATADIR suse
DESCRDIR suse/setup/descr
DISTRO cpe:/o:suse:sles:12${pack.toLowerCase() && `:${pack.toLowerCase()}`},SUSE Linux Enterprise Server 12
LINGUAS cs da de en
REPOID obsproduct://build.suse.de/SUSE:SLE-12:GA/SLES/12/DVD/${arch}
VENDOR SUSE
`;

describe('SUSE media', () => {
  it('knows SLES 11 by content and products', () => {
    const files = {
      content: content11,
      'media.1/media': 'SUSE - Linux Enterprise Server 11 SP3\n20130627204513\n2\n',
      'media.1/products': '/ SUSE-Linux-Enterprise-Server 11.3-1.138\n',
    };
    expect(recogniseSuse(facts(files))).toEqual({
      osvers: 'sles11.3',
      arch: 'x86_64',
      disc: '1',
      folder: '1',
    });
  });

  it.each([
    ['SP4', '/ SLES12-SP4 12.4-0\n', 'ppc64le', 'sles12.4'],
    ['SP5', '/ SLES12-SP5 12.5-0\n', 'x86_64', 'sles12.5'],
    ['', '/ SLES12 12-0\n', 'aarch64', 'sles12'],
    ['SP3', '', 's390x', 'sles12.3'],
  ])('knows SLES 12 %s', (pack, products, arch, osvers) => {
    const files = {
      content: content12(pack, arch),
      'media.1/media': 'SUSE\n20181107140652\n2\n',
      'media.1/products': products,
    };
    expect(recogniseSuse(facts(files))).toEqual({ osvers, arch, disc: '1', folder: '1' });
  });

  it('gives a second disc the number of its media folder', () => {
    const files = {
      content: content12('SP4', 'x86_64'),
      'media.2/media': 'SUSE\n20181107140652\n',
      'media.2/products': '/ SLES12-SP4 12.4-0\n',
    };
    expect(recogniseSuse(facts(files))).toMatchObject({ osvers: 'sles12.4', disc: '2', folder: '2' });
  });

  it.each([
    ['SUSE\n20181107140652\n2\n', 'sdk1'],
    ['SUSE\n20181107140652\n1\n', 'sdk3'],
  ])('keeps the discs of the development kit apart', (media, disc) => {
    const files = {
      content: content12('SP4', 'x86_64'),
      'media.1/media': media,
      'media.1/products': '/ SUSE-Linux-Enterprise-Software-Development-Kit 12.4-0\n',
    };
    expect(recogniseSuse(facts(files))).toMatchObject({ osvers: 'sles12.4', disc, folder: disc });
  });

  it.each([
    ['SUSE - SLE-15-Installer-DVD-ppc64le-Build668.1-Media', 'sle15', 'ppc64le', '1'],
    ['SUSE - SLE-15-Installer-DVD-ppc64le-Build668.1-Media-SOURCE', 'sle15', 'ppc64le', 'installer2'],
    ['SUSE - SLE-15-SP1-Packages-x86_64-Build228.2-Media1.iso', 'sle15.1', 'x86_64', '2'],
    ['SUSE - SLE-15-SP1-Packages-x86_64-Build228.2-Media2.iso', 'sle15.1', 'x86_64', 'packages2'],
    ['SUSE - SLE-15-SP3-Full-x86_64-Build14.2-Media', 'sle15.3', 'x86_64', '1'],
    ['SUSE - SLE-15-SP5-Full-aarch64-Build1-Media1', 'sle15.5', 'aarch64', '1'],
    ['SUSE - SLE-15-SP3-Full-x86_64-Build14.2-Media2', 'sle15.3', 'x86_64', '2'],
  ])('knows SLE 15 by "%s"', (media, osvers, arch, disc) => {
    const files = {
      'media.1/media': `${media}\n${media.slice(7)}\n1\n`,
      'media.1/products': '/ SLES15 15-0\n',
    };
    expect(recogniseSuse(facts(files))).toEqual({ osvers, arch, disc, folder: disc });
  });

  it.each([
    [
      'SUSE - SLE-15-SP1-Module-Basesystem-POOL-x86_64-Build1-Media1',
      '',
      'sle15.1',
      'module-basesystem-pool1',
    ],
    ['SUSE - SLE-15-SP3-Full-x86_64-Build14.2-Media3', '', 'sle15.3', '3'],
    ['SUSE - SLE-12-SP5-SDK-DVD-x86_64-Build0180-Media1', '', 'sles12.5', 'sdk1'],
    ['SUSE - SLE-12-SP5-Server-DVD-x86_64-Build0180-Media1', '', 'sles12.5', '1'],
    ['SUSE - SLE-HA-12-SP5-DVD-x86_64-Build0180-Media1', '', 'sles12.5', 'ha-dvd1'],
    ['SUSE\n20181107140652\n2', '/ sle-ha 12.4-0', 'sles12.4', 'ha1'],
    ['SUSE\n20181107140652\n2', '/ sle-module-web-scripting 15.1-0', 'sle15.1', 'module-web-scripting1'],
    ['openSUSE - openSUSE-Leap-15.6-Addon-NonOss-x86_64-Build1-Media', '', 'leap15.6', 'addon-nonoss1'],
    ['openSUSE - openSUSE-Leap-15.6-NET-x86_64-Build1-Media', '', 'leap15.6', '1'],
  ])('gives an add-on a folder of its own: "%s" %s', (media, products, osvers, folder) => {
    const files = { 'media.1/media': `${media}\n`, 'media.1/products': `${products}\n` };
    expect(recogniseSuse(facts(files))).toMatchObject({ osvers, folder });
  });

  it('knows SLE 15 by its products', () => {
    const files = { 'media.1/media': 'SUSE\n', 'media.1/products': 'SLES15-SP1 15.1-0 ppc64le\n' };
    expect(recogniseSuse(facts(files))).toMatchObject({ osvers: 'sle15.1', arch: 'ppc64le' });
  });

  it('knows Leap, although it has a .treeinfo too', () => {
    const files = {
      '.treeinfo': newTreeinfo('openSUSE Leap', '15.6', 'Leap', 'x86_64'),
      'media.1/media':
        'openSUSE - openSUSE-Leap-15.6-DVD-x86_64-Build710.3-Media\nopenSUSE-Leap-15.6-DVD-x86_64-Build710.3\n1\n',
      'media.1/products': '/ openSUSE-Leap 15.6-1\n',
    };
    expect(recognise(facts(files), '/m')).toEqual({
      osvers: 'leap15.6',
      arch: 'x86_64',
      disc: '1',
      folder: '1',
    });
  });

  it('leaves alone what is none of these', () => {
    expect(recogniseSuse(facts({ content: content11 }))).toBeUndefined();
    const desktop = { 'media.1/media': 'X\n', 'media.1/products': '/ Something 1.0-0\n' };
    expect(recogniseSuse(facts(desktop))).toBeUndefined();
  });
});
