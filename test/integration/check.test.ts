import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { machine } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckReport } from '../../src/cli/check/check-report.ts';
import { recordedIo } from '../lib/recorded-io.ts';
import { runCommand } from '../../src/cli/main.ts';
import { makeWorld, type World } from './genimage/world.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
  await world.file('/opt/xcat/share/xcat/netboot/common/dracut/97rootimg/module-setup.sh');
  await world.file('/install/os/RPM-GPG-KEY-x', 'key');
  await world.file('/install/os/repodata/repomd.xml', '<repomd/>');
  await world.file('/install/p/a.pkglist', 'bash\n');
});
afterEach(() => {
  vi.unstubAllEnvs();
  return world.remove();
});

const foreign = machine() === 's390x' ? 'x86_64' : 's390x';
const base = (arch = foreign) =>
  `x:\n objtype=osimage\n imagetype=linux\n osvers=rhels9.4\n osarch=${arch}\n profile=compute\n provmethod=netboot\n pkglist=/install/p/a.pkglist\n pkgdir=/install/os\n`;

async function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { io, said } = recordedIo({
    env: {
      PATH: process.env['PATH'],
      XCATROOT: join(world.root, 'opt/xcat'),
      ROOTIMG_HOME: join(world.root, 'etc'),
    },
    cwd: world.root,
  });
  const code = await runCommand(io, ['check', ...argv], 'rootimg');
  return { code, stdout: world.away(said.stdout), stderr: world.away(said.stderr) };
}

/** What is wrong, as `line code`. */
async function problems(...argv: string[]): Promise<string[]> {
  const { code, stdout } = await run('x', '--json', ...argv);
  const report = JSON.parse(stdout) as CheckReport;
  expect(code).toBe(report.problems.length > 0 ? 1 : 0);
  return report.problems.map(
    ({ code: name, origin }) => `${origin?.file ?? ''}:${origin?.line ?? ''} ${name}`,
  );
}

describe('rootimg check', () => {
  it('names what rootimg does nothing with', async () => {
    await world.define(
      `${base()} boottarget=x\n crashkernelsize=256M\n nfsrootopts=nolock\n kitcomponents=k1\n`,
    );
    const { code, stdout } = await run('x');
    expect(stdout).toContain('Not used: kitcomponents (');
    expect(code).toBe(0);
    expect(stdout).toContain('Not used: boottarget (');
    expect(stdout).toContain('Not used: crashkernelsize (');
    // Of a statelite image only.
    expect(stdout).not.toContain('Not used: nfsrootopts');
  });

  it('names a value that cannot be meant', async () => {
    await world.define(`${base()} permission=abc\n`);
    const { code, stderr } = await run('x');
    expect(code).toBe(1);
    expect(stderr).toMatch(/:\d+: permission of 'x' .*'abc' is not a mode of three or four octal digits/);
  });

  it('finds nothing wrong with a good image, and says what it could not see', async () => {
    await world.define(base());
    const { code, stdout, stderr } = await run('x');
    expect(stderr).not.toContain('Error');
    expect(code).toBe(0);
    expect(stderr).toContain(`Warning: Not to be built here: The image x is for ${foreign}`);
    expect(stdout).toContain('Not checked: whether each package is there');
    expect(stdout).toMatch(/x: no errors, \d warnings?\n$/);
  });

  it('reports the problems of every part at once, each once, with its place', async () => {
    await world.file('/install/p/b.pkglist', '#INCLUDE:nosuch#\n-bash\n');
    await world.file('/install/p/script', '');
    await world.file('/install/p/s.synclist', '/nosuch/file -> /etc/x\n');
    await world.define(
      base()
        .replace('a.pkglist', 'b.pkglist,/install/p/gone')
        .replace('pkgdir=/install/os', 'pkgdir=/install/os,file:///nosuch')
        .concat(
          ' postinstall=/install/p/script\n exlist=/install/p/none.exlist\n synclists=/install/p/s.synclist\n',
        ),
    );
    const stanza = '/etc/osimage/x.stanza';
    const found = await problems();
    expect(found).toContain('/install/p/b.pkglist:1 file-unreadable');
    expect(found).toContain(`${stanza}:8 file-unreadable`);
    expect(found.filter((one) => one.endsWith('not-executable'))).toHaveLength(1);
    expect(found).toContain(`${stanza}:11 file-unreadable`);
    expect(found.some((one) => one.startsWith('/install/p/s.synclist:1 '))).toBe(true);
    expect(new Set(found).size).toBe(found.length);
  });

  it('looks at repositories and keys although a list is wrong', async () => {
    await world.define(
      base().replace('a.pkglist', 'gone').replace('pkgdir=/install/os', 'pkgdir=http://127.0.0.1:1/os'),
    );
    const found = await problems();
    expect(found).toHaveLength(3);
    expect(found).toContain(`/etc/osimage/x.stanza:8 file-unreadable`);
    expect(found).toContain(': no-key');
    expect(found).toContain(': repository-unreachable');
  });

  it('tells damaged, unknown and unsupported images', async () => {
    expect(await problems()).toEqual([': unknown-image']);
    await world.define('x:\n objtype=osimage\n nosuch=1\n');
    expect(await problems()).toEqual(['/etc/osimage/x.stanza:3 attribute-unknown']);
    await world.define(base().replace('netboot', 'install'));
    expect(await problems()).toEqual(['/etc/osimage/x.stanza:7 provmethod']);
    await writeFile(join(world.root, 'one.stanza'), world.here(base()));
    expect(await problems('--def', 'one.stanza')).toEqual([]);
  });

  it('sees what config.yaml says for packimage, with its lines', async () => {
    await world.define(base());
    await world.file('/install/p/allow', '#INCLUDE:nosuch#\n');
    const allow = world.here('/install/p/allow');
    const config = join(world.root, 'etc/config.yaml');
    await writeFile(config, `packimage:\n  allow: ${allow}\n  method: zip\n  compress: rar\n`);
    expect(await problems()).toEqual([
      '/etc/config.yaml:3 pack-method',
      '/etc/config.yaml:4 pack-compressor',
      '/install/p/allow:1 file-unreadable',
    ]);
    await writeFile(config, 'packimage:\n  method: cpio\n  compress: lz4\n');
    expect((await run('x')).stderr).toContain(
      "Error: /etc/config.yaml:3: Invalid compress method 'lz4' requested",
    );
  });

  it('changes nothing', async () => {
    await world.define(base());
    const listing = () => execFileSync('find', [world.root, '-printf', '%p %T@ %m\n'], { encoding: 'utf8' });
    const before = listing();
    await run('x');
    expect(listing()).toBe(before);
  });
});

const canResolve =
  process.geteuid?.() === 0 &&
  ['dnf', 'rpmbuild', 'createrepo_c'].every((tool) => spawnSync('which', [tool]).status === 0);

describe.runIf(canResolve)('rootimg check with dnf', () => {
  const makePackage = async (name: string, requires: string): Promise<void> => {
    const spec = join(world.root, `${name}.spec`);
    await writeFile(
      spec,
      `Name: ${name}\nVersion: 1\nRelease: 1\nSummary: s\nLicense: l\nBuildArch: noarch\n${requires}\n%description\nd\n%files\n`,
    );
    const os = world.here('/install/os');
    execFileSync('rpmbuild', [
      '-bb',
      '--quiet',
      '-D',
      `_rpmdir ${os}`,
      '-D',
      `_topdir ${world.root}/rpmbuild`,
      spec,
    ]);
  };

  it('names what no repository has by list and line, and what cannot be resolved', async () => {
    await makePackage('good', '');
    await makePackage('needy', 'Requires: something-absent');
    await mkdir(world.here('/install/os'), { recursive: true });
    execFileSync('createrepo_c', ['--quiet', world.here('/install/os')]);
    const temporary = join(world.root, 'tmp');
    await mkdir(temporary, { recursive: true });
    vi.stubEnv('TMPDIR', temporary);
    const check = async (list: string) => {
      await world.file('/install/p/a.pkglist', list);
      return run('x');
    };
    await world.define(base(machine()));

    const good = await check('good\n');
    expect([good.code, good.stderr]).toEqual([0, expect.not.stringContaining('Error')]);
    expect(good.stderr).toMatch(/brings a kernel[^]*brings dracut[^]*configures network cards/);
    const missing = await check('good\n\nnosuch\n');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("Error: /install/p/a.pkglist:3: No repository has the package 'nosuch'");
    const needy = await check('needy\n');
    expect(needy.code).toBe(1);
    expect(needy.stderr).toContain('something-absent');
    expect((await readdir(temporary)).filter((name) => name.startsWith('rootimg-'))).toEqual([]);
  });
});
