import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readSite } from '../../../../src/definition/site.ts';
import { emptyRequest } from '../../../../src/plan/empty-request.ts';
import { mirrorEntries, noMirror } from '../../../../src/resolve/deb/default-mirror.ts';
import { targetOf } from '../../../../src/resolve/deb/target.ts';
import { withSiteMirror } from '../../../../src/resolve/request.ts';
import { useFolder } from '../../../lib/folder.ts';
import { archive, installKeyrings, planning } from './a-request.ts';

const folder = useFolder();
const { plan, problems, lines } = planning(folder);

beforeEach(() => installKeyrings(folder));

const debian = { osvers: 'debian13' };
const mirror = 'http://site.example/ubuntu';
const ofSite = [
  'pkgdir-0 http://site.example/ubuntu jammy main universe',
  'pkgdir-1 http://site.example/ubuntu jammy-updates main universe',
  'pkgdir-2 http://site.example/ubuntu jammy-security main universe',
];

/** A host of this distribution with these sources. */
async function host(id: string, codename: string, sources: Readonly<Record<string, string>>): Promise<void> {
  await folder.file('host/etc/os-release', `NAME="x"\nID=${id}\nVERSION_CODENAME="${codename}"\n`);
  for (const [name, text] of Object.entries(sources)) await folder.file(`host/etc/apt/${name}`, text);
}

describe('the mirror of the site', () => {
  it('is taken where pkgdir names no address, and also when its usual folder is missing', async () => {
    expect(await lines({ mirror })).toEqual(ofSite);
    await archive(folder, 'dvd', { jammy: ['main'] });
    const [first, ...others] = await lines({ mirror, srcdir: 'dvd' });
    expect(first).toBe('pkgdir-0 file://~/dvd jammy main');
    expect(others.map((line) => line.replace(/^\S+ /, ''))).toEqual(
      ofSite.map((line) => line.replace(/^\S+ /, '')),
    );
    const own = 'http://own.example/ubuntu jammy main';
    expect(await lines({ mirror, srcdir: own })).toEqual([`pkgdir-0 ${own}`]);
    // A node is given the path, and does not know the site's installdir.
    expect(await lines({ mirror, srcdir: 'elsewhere/ubuntu22.04/x86_64' })).toEqual(ofSite);
    expect((await problems({ mirror, srcdir: 'nowhere' }))[0]?.code).toBe('file-unreadable');
  });

  it.each([
    ['http://m.example/debian', 'http://m.example/debian-security'],
    ['http://m.example/a/debian/20250101T000000Z', 'http://m.example/a/debian-security/20250101T000000Z'],
    ['http://debian/deb', 'http://debian/deb-security'],
    ['/srv/debian', 'file:///srv/debian-security'],
  ])('%s of Debian has its security updates in %s', async (address, security) => {
    const found = await lines({ ...debian, mirror: address, nogpgcheck: true });
    expect(found.map((line) => line.split(' ')[2])).toEqual(['trixie', 'trixie-updates', 'trixie-security']);
    expect(found[2]).toBe(`pkgdir-2 ${security} trixie-security main`);
  });

  it('is an address', async () => {
    expect((await problems({ mirror: 'm.example' }))[0]?.message).toContain("'m.example' is not an address");
  });

  it('goes into the request, unless the command line says another', async () => {
    const attributes = new Map([
      ['ubuntu_apt_mirror', `${mirror}/`],
      ['debian_apt_mirror', ''],
    ]);
    const site = await readSite({
      read: () => Promise.resolve({ type: 'site', name: 'clustersite', attributes, origins: new Map() }),
    } as unknown as Parameters<typeof readSite>[0]);
    const of = (osvers: string, own?: string) =>
      withSiteMirror({ ...emptyRequest(), osvers, mirror: own }, site).mirror;
    expect([of('ubuntu24.04'), of('ubuntu22.04.3'), of('debian12'), of('rocky9.4')]).toEqual([
      mirror,
      mirror,
      undefined,
      undefined,
    ]);
    expect(of('ubuntu24.04', 'http://other.example')).toBe('http://other.example');
  });
});

describe("the host's own mirrors", () => {
  it('count with the suites of the image, in both formats, of the same distribution alone', async () => {
    await host('debian', 'bookworm', {
      'sources.list':
        '# deb http://no.example/debian bookworm main\n' +
        'deb [arch=amd64] http://m.example/debian/ bookworm main contrib\n' +
        'deb-src http://s.example/debian bookworm main\n' +
        'deb http://m.example/debian bookworm-backports main\n',
      'sources.list.d/security.sources':
        'Types: deb deb-src\nURIs: http://sec.example/x\nSuites: bookworm-security\nComponents: main\n' +
        'Signed-By: /usr/share/keyrings/k.gpg\n',
      'sources.list.d/a.sources':
        'Types: deb\nURIs: https://v.example/x\nSuites: stable\nComponents: extra\n',
      'sources.list.d/b.list.save': 'deb http://old.example/debian bookworm main\n',
    });
    await folder.file('host/usr/share/keyrings/k.gpg');
    expect((await problems(debian))[0]?.message).toContain("key of Signed-By '/usr/share/keyrings/k.gpg'");
    expect(await lines({ ...debian, nogpgcheck: true }).catch(() => [])).toEqual([]);
    await host('debian', 'bookworm', {
      'sources.list.d/security.sources':
        'Types: deb\nURIs: http://sec.example/x\nSuites: bookworm-security\nComponents: main\n',
    });
    expect(await lines(debian)).toEqual([
      'pkgdir-0 http://m.example/debian/ trixie main',
      'pkgdir-1 http://m.example/debian/ trixie-updates main',
      'pkgdir-2 http://sec.example/x trixie-security main',
    ]);
    expect((await problems({}))[0]?.code).toBe('no-mirror');
  });

  it('count when they say stable, or name a file of mirrors', async () => {
    await host('debian', 'bookworm', {
      'sources.list': 'deb mirror+file:///etc/apt/mirrors/debian.list stable main\n',
      'mirrors/debian.list': '# comment\nhttps://cloud.example/debian\n',
    });
    expect(await lines({ osvers: 'debian11' })).toEqual([
      'pkgdir-0 https://cloud.example/debian bullseye main',
      'pkgdir-1 https://cloud.example/debian bullseye-updates main',
      'pkgdir-2 https://cloud.example/debian-security bullseye-security main',
    ]);
  });

  it('of Ubuntu do not count for architectures that lie elsewhere', async () => {
    await host('ubuntu', 'noble', { 'sources.list': 'deb http://m.example/ubuntu noble main universe\n' });
    expect(await lines({})).toHaveLength(3);
    expect(await lines({ arch: 'x86' })).toHaveLength(3);
    const [first] = await problems({ arch: 'ppc64el' });
    expect(first?.message).toBe(
      'pkgdir names no mirror of Ubuntu, and neither the site nor this host does. ' +
        'Packages for ppc64el lie on mirrors of ubuntu-ports.',
    );
    expect(first?.hint).toContain('http://MIRROR/ubuntu-ports jammy-security main universe');
    expect(await lines({ arch: 'aarch64' }, 'aarch64')).toHaveLength(3);
  });

  it('do not count where a folder of this host has the suite', async () => {
    await host('ubuntu', 'jammy', { 'sources.list': 'deb http://m.example/ubuntu jammy main\n' });
    await archive(folder, 'dvd', { jammy: ['main'] });
    expect(await lines({ srcdir: 'dvd' })).toEqual(['pkgdir-0 file://~/dvd jammy main']);
  });
});

describe('no mirror at all', () => {
  it('is an error that says what to write', async () => {
    const found = await problems({ osvers: 'debian12' });
    expect(found.map(({ code }) => code)).toEqual(['no-mirror', 'file-unreadable']);
    expect(found[0]?.hint).toBe(
      'Add to pkgdir: http://MIRROR/debian bookworm main,http://MIRROR/debian bookworm-updates main,' +
        'http://MIRROR/debian bookworm-security main; or for all images: ' +
        'chdef -t site clustersite debian_apt_mirror=http://MIRROR/debian',
    );
  });

  it('of a release that is not known asks for the suite', async () => {
    const [first] = await problems({ osvers: 'debian99', mirror });
    expect(first?.message).toBe('pkgdir names no repository, and which suite debian99 is, is not known.');
  });
});

describe('keys', () => {
  const srcdir = 'http://m.example/ubuntu jammy main';
  const keys = async (request = {}) =>
    (await plan({ srcdir, ...request })).keys.map((path) => path.replace(folder.path, '~'));

  it('are the keyring of the distribution, else what the host trusts of it, and those that are named', async () => {
    const named = await folder.file('site.asc', 'site');
    const keyring = 'host/usr/share/keyrings/ubuntu-archive-keyring.gpg';
    expect(await keys({ gpgkeys: 'site.asc' })).toEqual([`~/${keyring}`, '~/site.asc']);
    await rm(join(folder.path, keyring));
    await folder.file('host/etc/apt/trusted.gpg.d/ubuntu-keyring-2018-archive.gpg', 'a');
    await folder.file('host/etc/apt/trusted.gpg.d/vendor.gpg', 'b');
    expect(await keys()).toEqual(['~/host/etc/apt/trusted.gpg.d/ubuntu-keyring-2018-archive.gpg']);
    await rm(join(folder.path, 'host/etc/apt/trusted.gpg.d'), { recursive: true });
    const [none] = await problems({ srcdir });
    expect(none?.code).toBe('no-key');
    expect(none?.hint).toContain('Install ubuntu-keyring (ubuntu-archive-keyring on Debian');
    expect(await keys({ nogpgcheck: true })).toEqual([]);
    expect(await keys({ gpgkeys: named })).toEqual(['~/site.asc']);
  });

  it('and keyrings of single repositories are files of the plan', async () => {
    const key = await folder.file('k.gpg', 'k');
    const sources = 'Types: deb\nURIs: http://v.example/x\nSuites: jammy\nComponents: main\n';
    await folder.file('v.sources', `${sources}Signed-By: ${key}\n`);
    const found = await plan({ srcdir: 'v.sources' });
    expect(found.repositories[0]?.deb?.signedBy).toEqual([key]);
    expect(found.files.filter(({ role }) => role === 'key').map(({ path }) => path)).toContain(key);
    const inline = ['-----BEGIN PGP PUBLIC KEY BLOCK-----', 'x', '-----END PGP PUBLIC KEY BLOCK-----'];
    await folder.file('v.sources', `${sources}Signed-By:\n ${inline.join('\n ')}\nCheck-Valid-Until: no\n`);
    const [first] = (await plan({ srcdir: 'v.sources' })).repositories;
    expect(first?.deb).toMatchObject({ key: `${inline.join('\n')}\n`, checkValidUntil: false });
  });
});

describe('mirrorEntries', () => {
  const uris = (osvers: string, at: string) =>
    mirrorEntries(at, targetOf(osvers, 'x86_64'))?.map(({ uri, suite }) => `${uri} ${suite}`);

  it("Debian's security updates lie beside its folder, Ubuntu's in it", () => {
    expect(uris('ubuntu22.04', 'http://m/ubuntu')).toEqual([
      ...['http://m/ubuntu jammy', 'http://m/ubuntu jammy-updates', 'http://m/ubuntu jammy-security'],
    ]);
    expect(uris('debian12', 'http://m/x/debian/')?.at(-1)).toBe(
      'http://m/x/debian-security/ bookworm-security',
    );
    expect(uris('debian12', 'http://debian/mirror')?.at(-1)).toBe(
      'http://debian/mirror-security bookworm-security',
    );
    expect(uris('rocky9', 'http://m')).toBeUndefined();
  });
});

it('noMirror says what to write, also for architectures that lie elsewhere', () => {
  expect(noMirror(targetOf('ubuntu22.04', 'aarch64')).message).toContain(
    'Packages for arm64 lie on mirrors of ubuntu-ports.',
  );
  expect(noMirror(targetOf('debian12', 'x86_64')).hint).toContain('http://MIRROR/debian bookworm main');
  expect(noMirror(targetOf('ubuntu99.04', 'x86_64')).message).toMatch(
    /which suite ubuntu99\.04 is, is not known/,
  );
});
