import { execFileSync } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, readlink, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorld, media, type World } from './copycds/world.ts';

type Files = Readonly<Record<string, string>>;

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.remove());

const installed = (...parts: string[]) => join(world.installdir, ...parts);

describe('copycds -i', () => {
  it.each([
    ['rocky', 'rocky9.4', 'x86_64', 'ALL'],
    ['centos2', 'centos6.3', 'x86_64', '2'],
    ['sles', 'sles12.5', 'x86_64', '1'],
    ['sle2', 'sle15.1', 'x86_64', '2'],
    ['leap', 'leap15.6', 'x86_64', '1'],
    ['debian', 'debian12', 'x86_64', '1'],
    ['ubuntu', 'ubuntu22.04.3', 'x86_64', ''],
  ] as const)('says what an ISO file of %s is, and copies nothing', async (name, osvers, arch, disc) => {
    const iso = await world.iso(name, media[name]);
    const { code, stdout, stderr } = await world.run('-i', iso);
    expect(stdout).toBe(`OS Image:${iso}\nDISTNAME:${osvers}\nARCH:${arch}\nDISCNO:${disc}\n`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await expect(stat(world.installdir)).rejects.toThrow('ENOENT');
  });

  it('says the same of a folder, and ignores --name and --arch', async () => {
    const folder = await world.folder('sles', media.sles);
    const { code, stdout, stderr } = await world.run('--inspection', '-n', 'x', '-a', 'y', folder);
    expect(stdout).toBe(`OS Image:${folder}\nDISTNAME:sles12.5\nARCH:x86_64\nDISCNO:1\n`);
    expect(code).toBe(0);
    expect(stderr).toContain('--name is ignored');
    expect(stderr).toContain('--arch is ignored');
  });

  it('shows the known ones, then every medium that is wrong', async () => {
    const iso = await world.iso('windows', { 'setup.exe': 'MZ', 'sources/install.wim': 'x' });
    const rocky = await world.iso('rocky', media.rocky);
    await world.write('media/text.iso', 'this is a text');
    const text = world.path('media/text.iso');
    const { code, stdout, stderr } = await world.run('-i', iso, text, world.path('none.iso'), rocky);
    expect(code).toBe(1);
    expect(stdout).toBe(`OS Image:${iso}\nOS Image:${rocky}\nDISTNAME:rocky9.4\nARCH:x86_64\nDISCNO:ALL\n`);
    expect(stderr).toContain(`copycds could not identify ${iso}: it holds setup.exe, sources.`);
    expect(stderr).toContain('Looked for .treeinfo or .discinfo (EL, Fedora), media.1/media');
    expect(stderr).toContain(`${text} cannot be read as an ISO image.`);
    expect(stderr).toContain('none.iso cannot be found.');
    expect(stderr).not.toContain('bug in rootimg');
  });
});

describe('copycds', () => {
  it('copies an EL medium and defines its images', async () => {
    const iso = await world.iso('rocky', media.rocky);
    const { code, stdout, stderr } = await world.run(iso);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const target = installed('rocky9.4/x86_64');
    expect(stdout).toContain(`Copying media to ${target}\n`);
    expect(stdout).toContain('Media copy operation successful\n');
    expect(await world.filesBelow(target)).toEqual([...Object.keys(media.rocky), '.fingerprint'].sort());
    for (const [name, content] of Object.entries(media.rocky)) {
      expect(await readFile(join(target, name), 'utf8')).toBe(content);
    }
    expect(await readdir(installed('rocky9.4'))).toEqual(['x86_64']);
    const share = world.path('xcat/share/xcat/netboot/rocky');
    for (const provmethod of ['netboot', 'statelite']) {
      expect(await world.lsdef(`rocky9.4-x86_64-${provmethod}-compute`))
        .toBe(`# <xCAT data object stanza file>

rocky9.4-x86_64-${provmethod}-compute:
    objtype=osimage
    addkcmdline=quiet
    exlist=${share}/compute.rocky9.x86_64.exlist
    imagetype=linux
    osarch=x86_64
    osdistroname=rocky9.4-x86_64
    osname=Linux
    osvers=rocky9.4
    otherpkgdir=${world.installdir}/post/otherpkgs/rocky9.4/x86_64
    pkgdir=${target}
    pkglist=${share}/compute.rocky9.x86_64.pkglist
    postinstall=${share}/compute.rocky9.x86_64.postinstall
    profile=compute
    provmethod=${provmethod}
    rootimgdir=${world.installdir}/netboot/rocky9.4/x86_64/compute
`);
    }
  });

  it('gives genimage an image whose dry run works', async () => {
    await world.run(await world.iso('rocky', media.rocky));
    const { code, stdout } = await world.genimage('--dryrun', 'rocky9.4-x86_64-netboot-compute');
    expect(code).toBe(0);
    expect(stdout).toContain(`--srcdir ${installed('rocky9.4/x86_64')} --pkglist `);
  });

  it.each([
    ['leap', 'leap15.6', '1/repodata/repomd.xml', 'sles/compute.sle15.x86_64.pkglist'],
    ['sles', 'sles12.5', '1/suse/setup/descr/packages', 'sles/compute.sles12.x86_64.pkglist'],
    ['debian', 'debian12', 'pool/main/a/a.deb', 'debian/compute.debian12.x86_64.pkglist'],
    ['ubuntu', 'ubuntu22.04.3', 'casper/vmlinuz', 'ubuntu/compute.ubuntu22.04.x86_64.pkglist'],
  ] as const)('puts %s where it belongs', async (name, osvers, file, pkglist) => {
    expect((await world.run(await world.iso(name, media[name]))).code).toBe(0);
    expect((await stat(installed(osvers, 'x86_64', file))).isFile()).toBe(true);
    const stanza = await world.lsdef(`${osvers}-x86_64-netboot-compute`);
    expect(stanza).toContain(`pkglist=${world.path('xcat/share/xcat/netboot', pkglist)}\n`);
    expect(stanza).toContain(`pkgdir=${installed(osvers, 'x86_64')}\n`);
  });

  it('tells a live medium, and one of Debian without an index, as such', async () => {
    const live = await world.run(await world.iso('ubuntu', media.ubuntu));
    expect(live.stderr).toContain('ubuntu.iso is a live medium, which lacks the packages of an image.\n');
    expect(live.stderr).toContain('chdef -t site clustersite ubuntu_apt_mirror=http://MIRROR/ubuntu\n');
    const debian = await world.run(await world.folder('debian', media.debian));
    expect(debian.stderr).toContain('debian has no packages (no Packages file below dists/).\n');
    const index = { 'dists/bookworm/main/binary-amd64/Packages.gz': 'x' };
    const whole = await world.run(await world.iso('whole', { ...media.debian, ...index }));
    expect(whole).toMatchObject({ code: 0, stderr: '' });
  });

  it('gives images of Debian a plan with the suite and components of the medium, once it is trusted', async () => {
    const index = Object.fromEntries(
      ['main', 'contrib'].map((name) => [`dists/bookworm/${name}/binary-amd64/Packages.gz`, 'x']),
    );
    const release = { 'dists/bookworm/Release': 'Suite: stable\nComponents: main contrib\n' };
    await world.run(await world.iso('debian', { ...media.debian, ...index, ...release }));
    const image = 'debian12-x86_64-netboot-compute';
    const { stdout } = await world.genimage('--dryrun', '--json', '--no-gpgcheck', image);
    expect(JSON.parse(stdout).plan.repositories).toEqual([
      {
        id: 'pkgdir-0',
        url: `file://${installed('debian12/x86_64')}`,
        from: 'pkgdir',
        unchecked: '--no-gpgcheck',
        deb: { suite: 'bookworm', components: ['main', 'contrib'] },
      },
    ]);
    const unsigned = JSON.parse((await world.genimage('--dryrun', '--json', image)).stdout);
    expect(unsigned.problems.map(({ code }: { code: string }) => code)).toContain('repository-unsigned');
  });

  it('makes a pair of images for every profile that has a package list', async () => {
    const custom = 'install/custom/netboot/rocky';
    await world.write(`${custom}/login.rocky9.pkglist`, 'bash\n');
    await world.write(`${custom}/login.otherpkgs.pkglist`, 'vim\n');
    await world.write(`${custom}/login.synclist`, '/a -> /b\n');
    await world.write(`${custom}/old.rocky8.pkglist`, 'bash\n');
    await world.write(`${custom}/compute.rocky9.4.pkglist`, 'bash\n');
    await world.run(await world.iso('rocky', media.rocky));
    expect(await readdir(world.path('etc/osimage'))).toEqual(
      ['netboot-compute', 'netboot-login', 'statelite-compute', 'statelite-login'].map(
        (name) => `rocky9.4-x86_64-${name}.stanza`,
      ),
    );
    const login = await world.lsdef('rocky9.4-x86_64-netboot-login');
    expect(login).toContain(`pkglist=${world.path(custom)}/login.rocky9.pkglist`);
    expect(login).toContain(`otherpkglist=${world.path(custom)}/login.otherpkgs.pkglist`);
    expect(login).toContain(`synclists=${world.path(custom)}/login.synclist`);
    expect(await world.lsdef('rocky9.4-x86_64-netboot-compute')).toContain('/compute.rocky9.4.pkglist\n');
  });

  it('leaves definitions as the administrator changed them', async () => {
    const iso = await world.iso('rocky', media.rocky);
    await world.run(iso);
    const file = 'etc/osimage/rocky9.4-x86_64-netboot-compute.stanza';
    const changed = (await readFile(world.path(file), 'utf8'))
      .replace(/pkglist=.*/, 'pkglist=/mine.pkglist')
      .replace(/ +addkcmdline=.*\n/, '')
      .replace(/ +exlist=.*\n/, '    usercomment=mine\n');
    await writeFile(world.path(file), changed);
    const { stdout } = await world.run(iso);
    expect(stdout).toContain('rocky9.4-x86_64-netboot-compute was there');
    expect(stdout).not.toContain('statelite');
    const stanza = await world.lsdef('rocky9.4-x86_64-netboot-compute');
    expect(stanza).toContain('    pkglist=/mine.pkglist\n');
    expect(stanza).toContain('    usercomment=mine\n');
    expect(stanza).toContain('compute.rocky9.x86_64.exlist\n');
    expect(stanza).not.toContain('addkcmdline');
  });

  it('takes -n, -a, -p and -o', async () => {
    const iso = await world.iso('plain', { 'setup/readme': 'x' });
    const own = world.path('depot/kit 3');
    const { code, stderr } = await world.run('-o', '-n', 'rhels6.5-supp', '-a', 'i686', '-p', own, iso);
    expect(code).toBe(0);
    expect(stderr).toContain('is not below');
    expect(await world.filesBelow(own)).toEqual(['.fingerprint', 'setup/readme']);
    expect(await readlink(installed('rhels6.5-supp/x86'))).toBe(own);
    await expect(readdir(world.path('etc/osimage'))).rejects.toThrow('ENOENT');
  });

  it('takes ppc64le for the ppc64el of an Ubuntu medium', async () => {
    const info = media.ubuntu['.disk/info'].replace('amd64', 'ppc64el');
    const medium = await world.folder('ubuntu', { ...media.ubuntu, '.disk/info': info });
    expect(await world.run('-a', 'ppc64le', medium)).toMatchObject({ code: 0 });
    expect(await readdir(installed('ubuntu22.04.3'))).toEqual(['ppc64el']);
    expect((await world.run('-a', 'x86_64', medium)).code).toBe(1);
  });

  it('refuses what does not fit before anything is touched, all at once', async () => {
    const rocky = await world.iso('rocky', media.rocky);
    const plain = await world.iso('plain', { x: 'x' });
    const { code, stderr } = await world.run('-a', 'ppc64le', '-n', 'a/b', rocky, plain);
    expect(code).toBe(1);
    expect(stderr).toContain(`-n 'a/b' cannot be part of a folder's name`);
    expect(stderr).toContain(`Requested architecture ppc64le, but ${rocky} is x86_64.`);
    expect((await world.run('-n', 'aix', rocky)).stderr).toContain(
      `-n 'aix' is the name of no distribution.`,
    );
    const two = await world.run('-p', 'x', rocky, await world.iso('leap', media.leap));
    expect(two.stderr).toContain('the media are of several distributions: rocky9.4-x86_64, leap15.6-x86_64');
    expect((await world.run(await world.iso('plain', { x: 'x' }))).stderr).toContain('could not identify');
    expect(await world.run()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('at least one ISO file'),
    });
    for (const path of [world.installdir, world.root, '/']) {
      expect((await world.run('-p', path, rocky)).stderr).toContain(
        'cannot be the folder of one distribution',
      );
    }
    await expect(stat(world.installdir)).rejects.toThrow('ENOENT');
  });

  it('copies a folder, with its links and modes, but not into itself', async () => {
    const folder = await world.folder('rocky', media.rocky);
    execFileSync('ln', ['-s', 'BaseOS', join(folder, 'Server')]);
    execFileSync('chmod', ['0400', join(folder, 'media.repo')]);
    expect((await world.run(folder)).code).toBe(0);
    const target = installed('rocky9.4/x86_64');
    expect(await readlink(join(target, 'Server'))).toBe('BaseOS');
    expect((await stat(join(target, 'media.repo'))).mode & 0o777).toBe(0o444);
    for (const name of Object.keys(media.rocky)) {
      expect((await stat(join(target, name))).mtimeMs / 1000).toBeCloseTo(
        Math.floor((await stat(join(folder, name))).mtimeMs / 1000),
        3,
      );
    }
    const again = await world.run(target);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('lie within each other');
  });

  it.each([
    ['7.9', 'centos7.9', 'centos7'],
    ['7.6', 'centos7.6', 'centos7'],
    ['8.4.2105', 'centos8.4.2105', 'centos8'],
  ])(
    'names CentOS %s with its minor release, and finds the lists of its major one',
    async (told, osvers, lists) => {
      const medium = {
        '.discinfo': `1603728831.0\n${told}\nx86_64\n`,
        '.treeinfo': `[general]\nname = CentOS-${told[0]}\nfamily = CentOS\nversion = ${told[0]}\narch = x86_64\n`,
        'Packages/p.rpm': told,
      };
      const iso = await world.iso('centos', medium);
      expect((await world.run(iso)).code).toBe(0);
      expect(await readFile(installed(osvers, 'x86_64/Packages/p.rpm'), 'utf8')).toBe(told);
      const stanza = await world.lsdef(`${osvers}-x86_64-netboot-compute`);
      expect(stanza).toContain(`/centos/compute.${lists}.x86_64.pkglist\n`);
    },
  );

  it('says where profiles were looked for when there is none', async () => {
    const { code, stderr } = await world.run('-n', 'leap17.0', await world.iso('leap', media.leap));
    expect(code).toBe(0);
    expect(stderr).toContain(`No profile has a package list for leap17.0 on x86_64`);
    expect(stderr).toContain(world.path('xcat/share/xcat/netboot/leap'));
  });

  it('reports a medium that ends too early, and publishes nothing', async () => {
    const iso = await world.iso('rocky', media.rocky);
    await truncate(iso, (await stat(iso)).size - 500_000);
    const { code, stderr } = await world.run(iso);
    expect(code).toBe(1);
    expect(stderr).toContain(`${iso} cannot be read as an ISO image.`);
    expect(stderr).toContain('it may be cut off');
    await expect(stat(world.installdir)).rejects.toThrow('ENOENT');
  });
});

describe('several discs', () => {
  it('come together in one command', async () => {
    const discs = [await world.iso('centos1', media.centos1), await world.iso('centos2', media.centos2)];
    expect((await world.run(...discs)).code).toBe(0);
    const target = installed('centos6.3/x86_64');
    expect(await world.filesBelow(target)).toEqual(
      [...Object.keys(media.centos1), 'Packages/z.rpm', '.fingerprint'].sort(),
    );
    expect(await readFile(join(target, '.fingerprint'), 'utf8')).toMatch(/^[0-9a-f]{32},[0-9a-f]{32},$/);
  });

  it('come together in two commands, and -w leaves each alone afterwards', async () => {
    const discs = [await world.iso('centos1', media.centos1), await world.iso('centos2', media.centos2)];
    const target = installed('centos6.3/x86_64');
    for (const disc of discs) expect((await world.run('-w', disc)).code).toBe(0);
    expect(await world.filesBelow(join(target, 'Packages'))).toEqual(['a.rpm', 'z.rpm']);
    await writeFile(join(target, 'Packages/a.rpm'), 'mine');
    const again = await world.run('-w', ...discs);
    expect(again).toEqual({ code: 0, stdout: 'The disc iso has already been copied in!\n', stderr: '' });
    expect(await readFile(join(target, 'Packages/a.rpm'), 'utf8')).toBe('mine');
    expect((await world.run(discs[0]!)).code).toBe(0);
    expect(await readFile(join(target, 'Packages/a.rpm'), 'utf8')).toBe('a');
  });

  it('have folders of their own for SUSE; a disc that comes again replaces its folder', async () => {
    const discs = [await world.iso('sle1', media.sle1), await world.iso('sle2', media.sle2)];
    const target = installed('sle15.1/x86_64');
    expect((await world.run(...discs)).code).toBe(0);
    expect(await readdir(target)).toEqual(['.fingerprint', '1', '2']);
    await world.write('install/sle15.1/x86_64/2/stray', 'x');
    await world.write('install/sle15.1/x86_64/1/mine', 'x');
    expect((await world.run(discs[1]!)).code).toBe(0);
    expect(await readdir(join(target, '2'))).toEqual(['Module-Basesystem', 'media.1']);
    expect(await readdir(join(target, '1'))).toContain('mine');
    const twice = await world.run(discs[0]!, discs[0]!);
    expect(twice.stderr).toContain('both are disc 1 of');
  });

  /**
   * A distribution's first disc, and one that is put beside it; what the first brought must be there
   * afterwards.
   */
  const others: [string, Files, Files][] = [
    [
      'a third disc of EL',
      media.centos1,
      { ...media.centos2, '.discinfo': '1341569670.5\nCentOS 6.3\nx86_64\n3\n' },
    ],
    [
      'debug packages of EL',
      media.rocky,
      {
        '.discinfo': '1714985999.0\nRocky Linux 9.4\nx86_64\n',
        '.treeinfo': '[general]\narch = x86_64\nfamily = Rocky Linux\nversion = 9.4\nvariant = debug\n',
        'BaseOS/repodata/repomd.xml': '<repomd>of debug packages</repomd>',
        'BaseOS/Packages/z/zlib.rpm': 'another',
        'BaseOS/Packages/z/zlib-debuginfo.rpm': 'x',
      },
    ],
    [
      'a second DVD of Debian',
      media.debian,
      {
        '.disk/info': media.debian['.disk/info'].replace('Binary-1', 'Binary-2'),
        'dists/bookworm/Release': 'Suite: of the second\n',
        'pool/main/b/b.deb': 'b',
      },
    ],
    [
      'a second disc of Ubuntu',
      media.ubuntu,
      { ...media.ubuntu, 'README.diskdefines': '#define DISKNUM  2\n', 'dists/jammy/Release': 'Suite: x\n' },
    ],
    [
      'a kit of SLES',
      media.sles,
      {
        content: media.sles.content,
        'media.1/media': 'SUSE\n20191010\n2\n',
        'media.1/products': '/ SUSE-Linux-Enterprise-Software-Development-Kit 12.5-0\n',
      },
    ],
    [
      'a module of SLE 15',
      media.sle1,
      { 'media.1/media': 'SUSE - SLE-15-SP1-Module-Containers-x86_64-Build1-Media1\n', x: 'x' },
    ],
    [
      'an add-on of Leap',
      media.leap,
      { 'media.1/media': 'openSUSE - openSUSE-Leap-15.6-Addon-NonOss-x86_64-Build1-Media\n', x: 'x' },
    ],
  ];
  it.each(others)('%s takes nothing away', async (_, first, other) => {
    const discs = [await world.iso('first', first), await world.iso('other', other)];
    const osvers = /DISTNAME:(.*)/.exec((await world.run('-i', discs[0]!)).stdout)?.[1];
    const target = installed(osvers!, 'x86_64');
    const contents = async () => {
      const names = (await world.filesBelow(target)).filter((name) => name !== '.fingerprint');
      return Promise.all(
        names.map(async (name) => [name, await readFile(join(target, name), 'utf8')] as const),
      );
    };
    expect((await world.run(discs[0]!)).code).toBe(0);
    const before = await contents();
    expect((await world.run(discs[1]!)).code).toBe(0);
    const after = new Map(await contents());
    expect(before.filter(([name, text]) => after.get(name) !== text)).toEqual([]);
    expect(after.size).toBeGreaterThan(before.length);
    await rm(target, { recursive: true });
    expect((await world.run(...discs)).code).toBe(0);
    expect(new Map(await contents())).toEqual(after);
  });

  it('the first one wins also where it comes second', async () => {
    const second = { ...media.centos2, 'repodata/repomd.xml': '<repomd>second</repomd>' };
    const discs = [await world.iso('centos2', second), await world.iso('centos1', media.centos1)];
    for (const disc of discs) expect((await world.run(disc)).code).toBe(0);
    const target = installed('centos6.3/x86_64');
    expect(await readFile(join(target, 'repodata/repomd.xml'), 'utf8')).toBe('<repomd/>');
    expect(await world.filesBelow(join(target, 'Packages'))).toEqual(['a.rpm', 'z.rpm']);
  });

  it('says where package lists are left out', async () => {
    const second = { ...media.centos2, 'repodata/repomd.xml': '<repomd>second</repomd>' };
    await world.run(await world.iso('centos1', media.centos1));
    const { code, stderr } = await world.run(await world.iso('centos2', second));
    expect(code).toBe(0);
    expect(stderr).toContain(
      'of another disc, and stay as they are: repodata/repomd.xml. The package lists are',
    );
  });

  it('refuses another release, another medium, and a folder in the place of a file', async () => {
    const own = world.path('install/own');
    const debian = (point: string) => ({
      ...media.debian,
      '.disk/info': media.debian['.disk/info'].replace('12.7.0', point),
    });
    await world.run('-p', own, await world.iso('d7', debian('12.7.0')));
    const before = await world.filesBelow(own);
    const point = await world.run('-p', own, await world.iso('d8', debian('12.8.0')));
    expect(point.stderr).toContain(`${own} holds debian12 (12.7.0), and`);
    const other = await world.run('-p', own, await world.iso('rocky', media.rocky));
    expect(other.stderr).toContain('is rocky9.4');
    const clash = {
      '.disk/info': media.debian['.disk/info'].replace('Binary-1', 'Binary-2'),
      'pool/main/a': 'file',
    };
    expect((await world.run('-p', own, await world.iso('clash', clash))).stderr).toContain(
      'does not fit into',
    );
    expect(await world.filesBelow(own)).toEqual(before);
    await world.run(await world.iso('sle1', media.sle1));
    const full = { 'media.1/media': 'SUSE - SLE-15-SP1-Full-x86_64-Build1-Media1\n', x: 'x' };
    const taken = await world.run(await world.iso('full', full));
    expect(taken.stderr).toContain(
      '/1 holds "SUSE - SLE-15-SP1-Installer-DVD-x86_64-Build228.2-Media1", not',
    );
    expect(await readdir(installed('sle15.1/x86_64/1'))).toContain('boot');
    expect(await readdir(installed('sle15.1'))).toEqual(['x86_64']);
  });

  it('-w refuses a folder of unknown content', async () => {
    await world.write('install/rocky9.4/x86_64/mine', 'x');
    const { code, stderr } = await world.run('-w', await world.iso('rocky', media.rocky));
    expect(code).toBe(1);
    expect(stderr).toContain('is not empty, and -w was given');
    expect(await readdir(installed('rocky9.4/x86_64'))).toEqual(['mine']);
  });
});

describe('what a killed run left', () => {
  it('between the two renames is put in place', async () => {
    const iso = await world.iso('rocky', media.rocky);
    await world.run(iso);
    const target = installed('rocky9.4/x86_64');
    const copy = installed('rocky9.4/.rootimg-copycds-x86_64');
    await mkdir(copy);
    execFileSync('mv', [target, join(copy, 'tree')]);
    await mkdir(join(copy, 'old'));
    await writeFile(join(copy, 'old/former'), 'x');
    await writeFile(join(copy, 'tree/whole'), 'x');
    expect((await world.run('-o', iso)).code).toBe(0);
    expect(await readdir(target)).toContain('whole');
    expect(await readdir(target)).not.toContain('former');
    expect(await readdir(installed('rocky9.4'))).toEqual(['x86_64']);
  });

  it('of another disc is thrown away', async () => {
    const copy = installed('rocky9.4/.rootimg-copycds-x86_64');
    await mkdir(join(copy, 'tree'), { recursive: true });
    await writeFile(join(copy, 'tree/of-another-disc'), 'x');
    await writeFile(join(copy, 'state.json'), '{"key":"other new"}\n');
    expect((await world.run(await world.iso('rocky', media.rocky))).code).toBe(0);
    expect(await readdir(installed('rocky9.4/x86_64'))).not.toContain('of-another-disc');
    await expect(lstat(copy)).rejects.toThrow('ENOENT');
    await rm(copy, { recursive: true, force: true });
  });
});
