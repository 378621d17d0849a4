import { createHash } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProblemsError } from '../../../src/base/errors.ts';
import { buildPlanSchema } from '../../../src/plan/build-plan.ts';
import { emptyRequest } from '../../../src/plan/empty-request.ts';
import type { BuildRequest } from '../../../src/plan/request.ts';
import { resolveBuildPlan } from '../../../src/resolve/build-plan.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

function resolve(request: Partial<BuildRequest>, context: { tftpdir?: string } = {}) {
  return resolveBuildPlan(
    { ...emptyRequest(), osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute', ...request },
    {
      netbootDir: join(folder.path, 'netboot'),
      installdir: join(folder.path, 'install'),
      hostArch: 'i686',
      env: { HOME: '/root' },
      cwd: folder.path,
      systemKeys: join(folder.path, 'keys'),
      ...context,
    },
  );
}

async function problemsOf(request: Partial<BuildRequest>) {
  try {
    await resolve(request);
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('resolveBuildPlan', () => {
  it('resolves a whole request into a plan that its schema accepts', async () => {
    const list = await folder.file('a.pkglist', 'bash\n#INCLUDE:b#\n');
    const included = await folder.file('b', 'kernel\n#NEW_INSTALL_LIST#\n#ENV:A=1#\nvim\n');
    const others = await folder.file('o.pkglist', 'local\nhpc/mpi/openmpi\n-old\n');
    const script = await folder.file('p.sh', '#!/bin/sh\n', 0o755);
    const key = await folder.file('dist/RPM-GPG-KEY-x', 'key one');
    const hostKey = await folder.file('keys/RPM-GPG-KEY-y', 'key two');
    await folder.file('keys/copy-of-x', 'key one');
    const driver = await folder.file('d.img', 'disk');
    for (const name of ['dist/BaseOS', 'dist/AppStream', 'others', 'others/hpc/mpi', 'kernels/k1']) {
      await folder.folder(`${name}/repodata`);
    }
    const plan = await resolve(
      {
        imageName: 'img',
        pkglist: 'a.pkglist',
        otherpkglist: others,
        srcdir: 'dist,https://mirror/x',
        stage: 'build',
        otherpkgdir: join(folder.path, 'others'),
        kerneldir: 'kernels',
        kernelver: '5.14',
        postinstall: 'p.sh -a one',
        environvar: 'B=2',
        netdrivers: 'tg3.ko, igb,allupdate',
        otherifce: 'eth1,ib0',
        driverupdatesrc: `dud:${driver}`,
        rootimgdir: 'out',
      },
      { tftpdir: '/tftpboot' },
    );
    expect(buildPlanSchema.parse(plan)).toEqual(plan);
    expect(plan.image).toEqual({
      name: 'img',
      osvers: 'rocky9.4',
      arch: 'x86_64',
      profile: 'compute',
      rootimgdir: join(folder.path, 'out'),
      family: 'rocky',
      packageManager: 'dnf',
      releasever: '9',
    });
    expect(plan.passes.map((pass) => [pass.install.map((entry) => entry.name), pass.environment])).toEqual([
      [['bash', 'kernel-5.14'], []],
      [['vim'], ['A=1']],
    ]);
    expect(plan.passes[0]?.install[1]?.origin).toEqual({ file: included, line: 1 });
    expect(plan.otherPasses[0]).toMatchObject({
      install: [{ name: 'local' }, { name: 'hpc/mpi/openmpi' }],
      removeBefore: [{ name: 'old' }],
    });
    expect(plan.repositories).toEqual([
      { id: 'pkgdir-0', url: `file://${folder.path}/dist/AppStream`, from: 'pkgdir' },
      { id: 'pkgdir-1', url: `file://${folder.path}/dist/BaseOS`, from: 'pkgdir' },
      { id: 'pkgdir-2', url: 'https://mirror/x', from: 'pkgdir' },
      { id: 'otherpkgdir-0', url: `file://${folder.path}/others`, from: 'otherpkgdir', folders: [''] },
      {
        id: 'otherpkgdir-1',
        url: `file://${folder.path}/others/hpc/mpi`,
        from: 'otherpkgdir',
        folders: ['hpc/mpi'],
      },
      { id: 'kerneldir-0', url: `file://${folder.path}/kernels/k1`, from: 'kerneldir' },
    ]);
    expect(plan.keys).toEqual([key, hostKey]);
    expect(plan.environment).toEqual({ B: '2' });
    expect(plan.postinstall).toEqual([{ path: script, args: ['-a', 'one'] }]);
    expect(plan.netdrivers).toEqual(['tg3', 'igb', 'allupdate']);
    expect(plan.otherifce).toEqual(['eth1', 'ib0']);
    expect(plan.files.map(({ path, role }) => [path, role])).toEqual([
      [list, 'pkglist'],
      [included, 'pkglist'],
      [others, 'otherpkglist'],
      [script, 'postinstall'],
      [key, 'key'],
      [hostKey, 'key'],
      [driver, 'driverupdate'],
    ]);
    expect(plan.files[3]?.sha256).toBe(sha256('#!/bin/sh\n'));
    expect(plan.postscriptsDir).toBe(join(folder.path, 'install/postscripts'));
    expect(plan.tftpImageDir).toBe('/tftpboot/xcat/osimage/img');
    expect(plan.request.stage).toBe(join(folder.path, 'build'));
    expect(plan.warnings).toEqual([`${key} holds no public key of OpenPGP.`]);
  });

  it("fills in the node's defaults and finds the lists of the profile without an image name", async () => {
    const install = join(folder.path, 'install');
    const list = await folder.file('install/custom/netboot/rocky/compute.rocky9.pkglist', 'bash\n');
    await folder.file('netboot/rocky/compute.rocky9.4.x86.pkglist', 'other\n');
    const others = await folder.file('netboot/rocky/compute.otherpkgs.pkglist', 'more\n');
    const script = await folder.file('netboot/rocky/compute.x86.postinstall', '', 0o755);
    await folder.folder('install/rocky9.4/x86/repodata');
    const request = { ...emptyRequest(), osvers: 'rocky9.4', profile: 'compute' };
    const plan = await resolve({ ...request, arch: undefined });
    expect(plan.request).toMatchObject({
      arch: 'x86',
      imageName: 'rocky9.4-x86-netboot-compute',
      permission: '755',
      kerneldir: `${install}/kernels`,
      srcdir: `${install}/rocky9.4/x86`,
      otherpkgdir: `${install}/post/otherpkgs/rocky9.4/x86`,
      rootimgdir: `${install}/netboot/rocky9.4/x86/compute`,
      pkglist: list,
      otherpkglist: others,
      postinstall: script,
    });
    expect(plan.passes[0]?.install[0]?.name).toBe('bash');
    expect(plan.warnings).toEqual([
      expect.stringContaining('post/otherpkgs/rocky9.4/x86 is not a repository'),
    ]);
  });

  it('lets options win over the lists of the profile', async () => {
    await folder.file('netboot/rocky/compute.pkglist', 'bash\n');
    await folder.file('mine', 'vim\n');
    await folder.folder('install/rocky9.4/x86_64/repodata');
    expect((await resolve({ pkglist: 'mine' })).passes[0]?.install[0]?.name).toBe('vim');
  });

  it('does not search for lists of a named image', async () => {
    await folder.file('netboot/rocky/compute.pkglist', 'bash\n');
    await folder.folder('install/rocky9.4/x86_64/repodata');
    expect(await problemsOf({ imageName: 'x' })).toMatchObject([
      { code: 'pkglist-unset', message: "No --pkglist is given for the image 'x'." },
    ]);
    const hint = expect.stringContaining('put none.rocky9.4.x86_64.pkglist into');
    expect(await problemsOf({ profile: 'none' })).toMatchObject([{ code: 'pkglist-unset', hint }]);
  });

  it('asks for osvers and profile', async () => {
    expect(await problemsOf({ osvers: undefined })).toMatchObject([{ code: 'usage' }]);
  });

  it('names all problems at once, those of lines by file and line', async () => {
    const list = await folder.file('a', 'vim #x\n');
    const others = await folder.file('o', 'sub/pkg\n');
    await folder.file('p.sh', '', 0o644);
    await folder.folder('empty');
    const problems = await problemsOf({
      imageName: 'x',
      pkglist: 'a',
      otherpkglist: 'o',
      otherpkgdir: 'others',
      postinstall: 'p.sh,none.sh',
      environvar: 'wrong',
      srcdir: 'nowhere,empty',
      driverupdatesrc: 'none.rpm',
      mode: 'stateful',
      rootlimit: 'eight',
      tmplimit: '100m ',
    });
    expect(problems.map((problem) => problem.code)).toEqual([
      'mode',
      'size',
      'size',
      'package-line',
      'not-executable',
      'file-unreadable',
      'environvar',
      'file-unreadable',
      'no-repository',
      'no-repository',
      'file-unreadable',
    ]);
    expect(problems[3]?.origin).toEqual({ file: list, line: 1 });
    expect(problems[9]).toMatchObject({
      origin: { file: others, line: 1 },
      message: expect.stringContaining("'sub'"),
    });
  });

  it.each(['0', '8G', '100m', '50%'])('takes %s for the size of a tmpfs', async (size) => {
    await folder.file('a', 'bash\n');
    await folder.folder('install/rocky9.4/x86_64/repodata');
    expect(await problemsOf({ imageName: 'x', pkglist: 'a', rootlimit: size, tmplimit: size })).toEqual([]);
  });

  it('warns of lists that name no package', async () => {
    await folder.file('a', '# nothing yet\n');
    await folder.folder('install/rocky9.4/x86_64/repodata');
    const { warnings } = await resolve({ imageName: 'x', pkglist: 'a' });
    expect(warnings).toEqual(['No package is named in pkglist a: nothing is installed.']);
  });

  it('looks for kernels only with a kernel version', async () => {
    await folder.file('a', 'kernel\n');
    await folder.folder('install/rocky9.4/x86_64/repodata');
    await folder.folder('install/kernels/k/repodata');
    const plain = await resolve({ imageName: 'x', pkglist: 'a' });
    expect(plain.repositories.map((one) => one.from)).toEqual(['pkgdir']);
    const pinned = await resolve({ imageName: 'x', pkglist: 'a', kernelver: '5', krpmver: '6' });
    expect(pinned.repositories.map((one) => one.from)).toEqual(['pkgdir', 'kerneldir']);
    expect(pinned.passes[0]?.install[0]?.name).toBe('kernel-6');
  });

  it('takes sub-repositories from any otherpkgdir and from URLs', async () => {
    await folder.file('a', 'bash\n');
    await folder.file('o', 'one/x\ntwo/y\n@group\n');
    for (const name of ['install/rocky9.4/x86_64', 'o1/one', 'o2/two'])
      await folder.folder(`${name}/repodata`);
    const urls = async (otherpkgdir: string) =>
      (await resolve({ imageName: 'x', pkglist: 'a', otherpkglist: 'o', otherpkgdir })).repositories
        .filter((one) => one.from === 'otherpkgdir')
        .map((one) => one.url.replace(`file://${folder.path}/`, ''));
    expect(await urls('o1,o2')).toEqual(['o1/one', 'o2/two']);
    expect(await urls('https://m/o/')).toEqual(['https://m/o/', 'https://m/o/one', 'https://m/o/two']);
  });

  it('follows a pkgdir that is a link, and escapes its name in the URL', async () => {
    await folder.file('a', 'bash\n');
    await folder.folder('real dist/x/repodata');
    await symlink('real dist', join(folder.path, 'link to'));
    const plan = await resolve({ imageName: 'x', pkglist: 'a', srcdir: 'link to' });
    expect(plan.repositories[0]?.url).toBe(`file://${folder.path}/link%20to/x`);
  });

  it('needs neither lists nor repositories for the initrd alone', async () => {
    const plan = await resolve({ imageName: 'x', onlyinitrd: true, pkglist: 'none' });
    expect(plan).toMatchObject({ passes: [], otherPasses: [], repositories: [] });
  });

  it('takes discs, modules, development kits and the list of a profile for SUSE', async () => {
    await folder.file('a', 'bash\n');
    const at = (path: string) => join(folder.path, path);
    const sle = 'install/sles15.6/x86_64';
    for (const name of ['1/Product-SLES', '1/Product-SLED', '1/Module-Basesystem', '2/Module-HPC', 'sdk1'])
      await folder.folder(`${sle}/${name}/repodata`);
    await folder.file('old/content', 'VERSION 12\n');
    const list = await folder.file(
      'install/custom/netboot/sles/compute.sles15.6.x86_64.repolist',
      `# more\nrpm-md|http://mirror.invalid/up|updates\nyast2|${at('old')}|old\n`,
    );
    const plan = await resolve({ imageName: 'x', osvers: 'sles15.6', pkglist: 'a', srcdir: at(sle) });
    expect(plan.image).toMatchObject({ packageManager: 'zypper', releasever: '15.6' });
    expect(plan.repositories.map(({ url }) => url.replace(`file://${folder.path}/`, ''))).toEqual([
      `${sle}/1/Module-Basesystem`,
      `${sle}/1/Product-SLES`,
      `${sle}/2/Module-HPC`,
      `${sle}/sdk1`,
      'http://mirror.invalid/up',
      'old',
    ]);
    expect(plan.files).toContainEqual(expect.objectContaining({ path: list, role: 'repolist' }));
  });

  it('tells by name of media of SUSE without the module that all need, and of lines that name nothing', async () => {
    await folder.file('a', 'bash\n');
    await folder.folder('medium/Product-SLES/repodata');
    await folder.file('install/custom/netboot/sles/compute.sles15.6.x86_64.repolist', 'rpm-md|x|y\n');
    const found = await problemsOf({ imageName: 'x', osvers: 'sles15.6', pkglist: 'a', srcdir: 'medium' });
    expect(found.map(({ code, origin }) => [code, origin?.line])).toEqual([
      ['module-missing', undefined],
      ['repolist-line', 1],
    ]);
    expect(found[0]?.message).toContain('There is no Module-Basesystem');
  });

  it("takes every file of the site's folder as a driver disk when none is named", async () => {
    await folder.file('a', 'bash\n');
    await folder.folder('install/rocky9.4/x86_64/repodata');
    const disk = await folder.file('install/driverdisk/rocky9.4/x86_64/d.iso', 'x');
    const rpm = await folder.file('d.rpm', 'y');
    const drivers = async (driverupdatesrc?: string) =>
      (await resolve({ imageName: 'x', pkglist: 'a', driverupdatesrc })).files
        .filter((file) => file.role === 'driverupdate')
        .map((file) => file.path);
    expect(await drivers()).toEqual([disk]);
    expect(await drivers('d.rpm')).toEqual([rpm, disk]);
    expect(await drivers('dud:d.rpm')).toEqual([rpm]);
  });

  it('exports environvar to includes', async () => {
    await folder.file('a', '#INCLUDE:$SUB/b#\n');
    await folder.file('sub/b', 'bash\n');
    await folder.folder('install/rocky9.4/x86_64/repodata');
    const plan = await resolve({ imageName: 'x', pkglist: 'a', environvar: 'SUB=sub' });
    expect(plan.passes[0]?.install[0]?.name).toBe('bash');
  });
});
