import { describe, expect, it } from 'vitest';
import { recogniseDebian } from '../../../src/media/debian.ts';
import { facts } from './layouts.ts';

describe('Debian and Ubuntu media', () => {
  it.each([
    [
      'Debian GNU/Linux 12.7.0 "Bookworm" - Official amd64 DVD Binary-1 with firmware 20240831-10:40',
      'debian12',
      'x86_64',
      '1',
    ],
    [
      'Debian GNU/Linux 12.7.0 "Bookworm" - Official amd64 NETINST with firmware 20240831-10:38',
      'debian12',
      'x86_64',
      undefined,
    ],
    [
      'Debian GNU/Linux 11.9.0 "Bullseye" - Official ppc64el DVD Binary-2 20240210-11:30',
      'debian11',
      'ppc64el',
      '2',
    ],
    [
      'Debian GNU/Linux 13.0.0 "Trixie" - Official arm64 DVD Binary-1 with firmware 20250809-11:20',
      'debian13',
      'aarch64',
      '1',
    ],
    [
      'Debian GNU/Linux 8.5.0 "Jessie" - Official Multi-architecture amd64/i386 NETINST #1 20160604-15:34',
      'debian8',
      'x86_64',
      undefined,
    ],
    [
      'Ubuntu-Server 22.04.3 LTS "Jammy Jellyfish" - Release amd64 (20230810)',
      'ubuntu22.04.3',
      'x86_64',
      undefined,
    ],
    [
      'Ubuntu-Server 24.04 LTS "Noble Numbat" - Release ppc64el (20240423)',
      'ubuntu24.04',
      'ppc64el',
      undefined,
    ],
    ['Ubuntu 22.04.2 LTS "Jammy Jellyfish" - Release amd64 (20230223)', 'ubuntu22.04.2', 'x86_64', undefined],
    ['Ubuntu-Server 23.10 "Mantic Minotaur" - Release arm64 (20231011)', 'ubuntu23.10', 'aarch64', undefined],
    ['Ubuntu-Server 12.04 LTS "Precise Pangolin" - Release i386 (20120424)', 'ubuntu12.04', 'x86', undefined],
  ])('knows "%s"', (line, osvers, arch, disc) => {
    expect(recogniseDebian(facts({ '.disk/info': line }))).toMatchObject({
      osvers,
      arch,
      disc,
      folder: undefined,
    });
    expect(recogniseDebian(facts({ '.disk/info': `${line}\n` }))?.osvers).toBe(osvers);
  });

  it("keeps Debian's point release apart from osvers", () => {
    const line = 'Debian GNU/Linux 12.7.0 "Bookworm" - Official amd64 DVD Binary-1';
    expect(recogniseDebian(facts({ '.disk/info': line }))).toMatchObject({
      osvers: 'debian12',
      release: '12.7.0',
    });
  });

  it("takes Ubuntu's disc number from README.diskdefines", () => {
    const files = {
      '.disk/info': 'Ubuntu-Server 20.04.6 LTS "Focal Fossa" - Release amd64 (20230314)',
      'README.diskdefines':
        '#define DISKNAME  Ubuntu-Server 20.04.6 LTS\n#define DISKNUM  1\n#define DISKNUM1  1\n',
    };
    expect(recogniseDebian(facts(files))?.disc).toBe('1');
  });

  it('leaves alone what is none of these', () => {
    expect(
      recogniseDebian(facts({ '.disk/info': 'Xubuntu 22.04 LTS "Jammy" - Release amd64' })),
    ).toBeUndefined();
    expect(recogniseDebian(facts({ '.disk/info': '' }))).toBeUndefined();
    expect(recogniseDebian(facts({}))).toBeUndefined();
  });
});
