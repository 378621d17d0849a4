import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildPlanSchema } from '../../../../src/plan/build-plan.ts';
import { useFolder } from '../../../lib/folder.ts';
import { trustProblems } from '../../../../src/resolve/deb/repositories.ts';
import { archive, installKeyrings, planning } from './a-request.ts';

const folder = useFolder();
const { plan, problems, lines } = planning(folder);
const base = 'http://m.example/ubuntu jammy main universe';

beforeEach(() => installKeyrings(folder));

describe('items of pkgdir', () => {
  it('are addresses with suite and components', async () => {
    const srcdir = `${base}, http://m.example/ubuntu jammy-updates main,https://user:a%40b@v.example/apt stable x y,http://f.example/flat ./,ftp://f.example/y z/`;
    const found = await plan({ srcdir });
    expect(buildPlanSchema.parse(found)).toEqual(found);
    expect(await lines({ srcdir })).toEqual([
      'pkgdir-0 http://m.example/ubuntu jammy main universe',
      'pkgdir-1 http://m.example/ubuntu jammy-updates main',
      'pkgdir-2 https://user:a%40b@v.example/apt stable x y',
      'pkgdir-3 http://f.example/flat ./',
      'pkgdir-4 ftp://f.example/y z/',
    ]);
  });

  it('have components where none are written, and one suite named twice is one', async () => {
    const url = 'http://m.example/ubuntu';
    const srcdir = `${url} jammy,${url} jammy multiverse,http://v.example/apt stable`;
    expect(await lines({ srcdir })).toEqual([
      'pkgdir-0 http://m.example/ubuntu jammy main universe multiverse',
      'pkgdir-1 http://v.example/apt stable main',
    ]);
    expect(await lines({ osvers: 'debian12', srcdir: 'http://m.example/debian bookworm' })).toEqual([
      'pkgdir-0 http://m.example/debian bookworm main',
    ]);
  });

  it("need a suite, in xCAT's words", async () => {
    expect(await problems({ srcdir: 'http://m.example/ubuntu' })).toEqual([
      expect.objectContaining({
        message: 'In pkgdir, the first http mirror path must includes http URL and distribute name.',
      }),
    ]);
    const [second] = await problems({ srcdir: `${base},http://v.example/apt` });
    expect(second?.message).toBe("'http://v.example/apt' in pkgdir names no suite.");
  });

  it.each([
    ['http://m.example/u jammy [trusted=yes]', "holds '[trusted=yes]'"],
    ['http://m.example/u -x', "holds '-x'"],
    ['http://m.example/u ./ main', 'is flat (./)'],
    ['deb http://m.example/u jammy main', "holds 'http://m.example/u'"],
    ['/nowhere jammy main', 'there is no folder /nowhere'],
  ])('are refused where they are not of this form: %s', async (item, words) => {
    const [first] = await problems({ srcdir: `${base},${item}` });
    expect(first?.message).toContain(words);
    expect(first?.code).toBe('repository-item');
  });
});

describe('local folders of pkgdir', () => {
  it('are copies of media: the suites of the image with the components of their Release files', async () => {
    await archive(folder, 'dvd', {
      jammy: ['main', 'restricted'],
      'jammy-security': ['main'],
      'jammy-backports': ['main'],
      noble: ['main'],
    });
    await symlink('jammy', join(folder.path, 'dvd/dists/stable'));
    await archive(folder, 'other', { hpc: ['tools'] });
    expect(await lines({ srcdir: 'dvd,other' })).toEqual([
      'pkgdir-0 file://~/dvd jammy main restricted',
      'pkgdir-1 file://~/dvd jammy-security main',
      'pkgdir-2 file://~/other hpc tools',
    ]);
  });

  it('have the components that have an index for the architecture', async () => {
    await archive(folder, 'dvd', { jammy: ['main', 'universe'] });
    await folder.file('dvd/dists/jammy/Release', 'Components: main universe contrib ../../x\n');
    await archive(folder, 'dvd', { 'jammy-updates': ['main'] }, 'arm64');
    expect(await lines({ srcdir: 'dvd' })).toEqual(['pkgdir-0 file://~/dvd jammy main universe']);
    await folder.file('dvd/dists/jammy/Release', 'no components\n');
    expect(await lines({ srcdir: 'dvd' })).toEqual(['pkgdir-0 file://~/dvd jammy main universe']);
  });

  it('are refused for another release, another architecture, and without packages', async () => {
    await archive(folder, 'dvd', { jammy: ['main'] });
    await folder.folder('empty');
    const only = async (request: Parameters<typeof problems>[0]) => {
      const found = await problems(request);
      expect(found).toHaveLength(1);
      const beside = await problems({ ...request, srcdir: `${request.srcdir},${base}` });
      expect(beside, 'a mirror makes up for nothing').toEqual(found);
      return found[0]?.message;
    };
    expect(await only({ srcdir: 'dvd', osvers: 'ubuntu24.04' })).toContain(
      'dvd holds jammy, and ubuntu24.04 needs noble.',
    );
    expect(await only({ srcdir: 'dvd', arch: 'ppc64el' })).toContain('dvd has no packages for ppc64el');
    expect(await only({ srcdir: 'empty' })).toContain('no packages at or below');
    expect(await only({ srcdir: 'nowhere' })).toContain('it does not exist');
  });

  it('may be flat, or hold packages alone, at any depth, beside a mirror', async () => {
    await folder.file('extra/Packages.xz');
    await folder.file('extra/InRelease');
    await folder.file('more/b/x_1_amd64.deb');
    await folder.file('more/a/y_1_amd64.deb');
    const settings = `${folder.path}/more gpgcheck=no`;
    expect(await lines({ srcdir: `extra ./,more,${base}`, repositorysettings: settings })).toEqual([
      'pkgdir-0 file://~/extra ./',
      'pkgdir-1 file://~/more/a ./ plain',
      'pkgdir-2 file://~/more/b ./ plain',
      'pkgdir-3 http://m.example/ubuntu jammy main universe',
    ]);
  });

  it('of a live medium are named, unless a mirror makes up for them', async () => {
    await archive(folder, 'live', { jammy: ['main'] });
    await folder.file('live/casper/vmlinuz');
    const found = await problems({ srcdir: 'live' });
    expect(found.map(({ code }) => code)).toEqual(['no-mirror', 'live-medium']);
    expect(found[1]?.message).toContain('live is the copy of a live medium');
    expect(await lines({ srcdir: `live,${base}` })).toEqual([
      'pkgdir-0 http://m.example/ubuntu jammy main universe',
    ]);
  });
});

describe('signatures', () => {
  it('are missing on this host: an error that says what to write, and none with it', async () => {
    await archive(folder, 'dvd', { jammy: ['main'] });
    await folder.file('site/Packages');
    await folder.file('debs/a.deb');
    await rm(join(folder.path, 'dvd/dists/jammy/Release.gpg'));
    const srcdir = 'dvd,site,debs';
    expect((await problems({ srcdir })).map(({ message }) => message.replace(folder.path, '~'))).toEqual([
      'The repository ~/dvd of pkgdir has no signature (jammy).',
      'The repository ~/site of pkgdir has no signature (./).',
      'The repository ~/debs of pkgdir has .deb files and no signed index.',
    ]);
    const all = ['dvd', 'site', 'debs'].map((name) => `${folder.path}/${name} gpgcheck=no`).join(',');
    const found = await plan({ srcdir, repositorysettings: all });
    expect(found.repositories.map(({ unchecked }) => unchecked)).toEqual(Array(3).fill('gpgcheck: no'));
    expect((await plan({ srcdir, nogpgcheck: true })).repositories[0]?.unchecked).toBe('--no-gpgcheck');
  });
});

describe('an address of a folder', () => {
  it('names a path of this host, not a server', async () => {
    await archive(folder, 'a b', { jammy: ['main'] });
    const address = pathToFileURL(join(folder.path, 'a b')).href;
    expect(await lines({ srcdir: `${address} jammy main` })).toEqual(['pkgdir-0 file://~/a%20b jammy main']);
    const found = await problems({ srcdir: `file://srv/a jammy main,${base}` });
    expect(found).toEqual([
      expect.objectContaining({
        message: 'The repository file://srv/a of pkgdir is not a folder of this host.',
      }),
    ]);
  });

  it('so for images of rpm packages, and in a file of sources', async () => {
    const sources = 'Types: deb\nURIs: file://srv/a\nSuites: jammy\nComponents: main\n';
    const path = await folder.file('site.sources', sources);
    expect((await problems({ srcdir: `${base},${path}` })).map(({ code }) => code)).toContain(
      'repository-item',
    );
    const rocky = { osvers: 'rocky9', arch: 'x86_64', srcdir: 'file://srv/a' };
    expect((await problems(rocky)).map(({ message }) => message)).toContain(
      'The repository file://srv/a of pkgdir is not a folder of this host.',
    );
  });
});

describe('trustProblems', () => {
  const of = (url: string, deb: object = {}) => ({
    ...{ id: 'pkgdir-0', url, from: 'pkgdir' as const },
    deb: { suite: './', components: [], ...deb },
  });

  it('names folders of this host without a signature, unless they are not to be checked', async () => {
    await folder.file('signed/InRelease');
    const address = (name: string) => pathToFileURL(join(folder.path, name)).href;
    const bare = of(address('bare'));
    const found = await trustProblems([of(address('signed')), bare, of(address('x'), { plain: true })], []);
    expect(found.map(({ message }) => message.replace(folder.path, '~'))).toEqual([
      'The repository ~/bare of pkgdir has no signature (./).',
      'The repository ~/x of pkgdir has .deb files and no signed index.',
    ]);
    expect(await trustProblems([{ ...bare, unchecked: 'nogpgcheck' }], [])).toEqual([]);
  });

  it('names elsewhere what a file asks to trust, without its password', async () => {
    const url = 'http://user:secret@m/x';
    expect(await trustProblems([of(url)], [])).toEqual([]);
    const [problem] = await trustProblems([of(url)], [{ url, origin: { file: 'a.sources', line: 3 } }]);
    expect(problem?.message).toBe(
      'The repository http://m/x of pkgdir is to be trusted without a signature.',
    );
    expect(problem?.origin).toEqual({ file: 'a.sources', line: 3 });
  });
});
