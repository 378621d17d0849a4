import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../src/cli/check/check-report.ts';
import { runCommand } from '../../src/cli/main.ts';
import type { ShownPlan } from '../../src/plan/shown-plan.ts';
import { recordedIo } from '../lib/recorded-io.ts';
import { makeWorld, type World } from './genimage/world.ts';

const mirror = 'http://127.0.0.1:1/ubuntu';
const pkgdir = `${mirror} jammy main universe,${mirror} jammy-updates main universe`;

let world: World;
beforeEach(async () => {
  world = await makeWorld();
  await world.file('/opt/xcat/share/xcat/netboot/common/dracut/97rootimg/module-setup.sh');
  await world.file(
    '/install/p/a.pkglist',
    'bash\n#NEW_INSTALL_LIST#\n#RECOMMENDS#\nopenssh-server/jammy-updates\n',
  );
});
afterEach(() => world.remove());

const stanza = (more = '') =>
  `x:\n objtype=osimage\n imagetype=linux\n osvers=ubuntu22.04\n osarch=x86_64\n profile=compute\n provmethod=netboot\n pkglist=/install/p/a.pkglist\n pkgdir=${pkgdir}\n${more}`;

async function type(name: string, argv: readonly string[], stdin?: string) {
  const { io, said } = recordedIo({
    env: {
      PATH: process.env['PATH'],
      XCATROOT: join(world.root, 'opt/xcat'),
      ROOTIMG_HOME: join(world.root, 'etc'),
    },
    cwd: world.root,
    ...(stdin === undefined ? {} : { stdin: () => Promise.resolve(stdin) }),
  });
  const code = await runCommand(io, [...argv], name);
  return { code, ...said };
}

const attributeOf = (text: string) => /^\s*pkgdir=(.*)$/m.exec(text)?.[1];

/** The words of a line as a shell reads them. */
function wordsOf(line: string): string[] {
  const shown = execFileSync(
    'bash',
    ['-c', `set -- ${line.replace(/^.*?; \.\/genimage /, '')}; printf '%s\\n' "$@"`],
    {
      encoding: 'utf8',
    },
  );
  return shown.trimEnd().split('\n');
}

describe('a pkgdir of addresses, suites and components', () => {
  it('survives lsdef, mkdef, chdef, export and import', async () => {
    await world.define(stanza());
    const shown = (await type('lsdef', ['-t', 'osimage', '-z', 'x'])).stdout;
    expect(attributeOf(shown)).toBe(pkgdir);
    expect((await type('mkdef', ['-z'], shown.replace(/^x:/m, 'y:'))).code).toBe(0);
    expect(attributeOf((await type('lsdef', ['-t', 'osimage', 'y'])).stdout)).toBe(pkgdir);
    const more = 'http://v.example/apt stable main';
    expect((await type('chdef', ['-t', 'osimage', '-o', 'y', '-p', `pkgdir=${more}`])).code).toBe(0);
    expect(attributeOf((await type('lsdef', ['-t', 'osimage', 'y'])).stdout)).toBe(`${pkgdir},${more}`);
    const removed = await type('chdef', [
      '-t',
      'osimage',
      '-o',
      'y',
      '-m',
      `pkgdir=${mirror} jammy main universe`,
    ]);
    expect(removed.code).toBe(0);
    expect(attributeOf((await type('lsdef', ['-t', 'osimage', 'y'])).stdout)).toBe(
      `${mirror} jammy-updates main universe,${more}`,
    );
    for (const format of ['yaml', 'json', 'stanza']) {
      const file = join(world.root, `y.${format}`);
      await writeFile(file, (await type('rootimg', ['export', 'x', '--format', format])).stdout);
      await type('rmdef', ['-t', 'osimage', '-o', 'x']);
      expect(await type('rootimg', ['import', file])).toMatchObject({ code: 0 });
      expect(attributeOf((await type('lsdef', ['-t', 'osimage', 'x'])).stdout)).toBe(pkgdir);
    }
  });

  it('is one word of the dry-run line, which a shell and the node read back', async () => {
    await world.define(stanza());
    const { code, stdout } = await world.run('--dryrun', 'x');
    expect(code).toBe(0);
    const words = wordsOf(stdout.split('\n')[1] ?? '');
    expect(words[words.indexOf('--srcdir') + 1]).toBe(pkgdir);
  });
});

describe('genimage --dryrun', () => {
  it('carries the mirror of the site, by name and by profile', async () => {
    await world.site('installdir=/install\nubuntu_apt_mirror=http://m.example/ubuntu/\n');
    await world.define(stanza());
    for (const asked of [['x'], ['-o', 'ubuntu22.04', '-p', 'compute']]) {
      const words = wordsOf(
        (await world.run('--dryrun', ...asked)).stdout.split('\n').find((one) => one.startsWith('cd ')) ?? '',
      );
      expect(words[words.indexOf('--mirror') + 1]).toBe('http://m.example/ubuntu');
    }
    const own = await world.run('--dryrun', '--mirror', 'http://o.example/u', 'x');
    expect(own.stdout).toContain('--mirror http://o.example/u');
    await world.define(stanza().replace('ubuntu22.04', 'rocky9.4'));
    expect((await world.run('--dryrun', 'x')).stdout).not.toContain('--mirror');
  });

  it('--json has the plan: suites, passes, what is not checked', async () => {
    await world.define(stanza());
    const { stdout } = await world.run('--dryrun', '--json', '--no-gpgcheck', 'x');
    const { plan } = JSON.parse(stdout) as ShownPlan;
    expect(plan?.repositories.map(({ url, deb, unchecked }) => [url, deb?.suite, unchecked])).toEqual([
      [mirror, 'jammy', '--no-gpgcheck'],
      [mirror, 'jammy-updates', '--no-gpgcheck'],
    ]);
    expect(plan?.passes.map(({ recommends }) => recommends)).toEqual([undefined, true]);
  });
});

describe('rootimg check', () => {
  const problems = async () => {
    const { stdout } = await type('rootimg', ['check', 'x', '--json']);
    return (JSON.parse(stdout) as CheckReport).problems;
  };

  it('tells what is wrong with lists, repositories and keys, each with its place', async () => {
    await world.file('/install/p/a.pkglist', 'bash-\n/nowhere.deb\n#DEBCONF:gone#\n');
    await world.file('/install/p/v.sources', 'Types: deb\nURI: http://v.example\nSuites: ./\n');
    await world.define(stanza().replace(pkgdir, `http://m.example/ubuntu,/install/p/v.sources`));
    expect(
      (await problems()).map(
        ({ code, origin }) => `${world.away(origin?.file ?? '')}:${origin?.line ?? ''} ${code}`,
      ),
    ).toEqual([
      '/install/p/a.pkglist:1 package-line',
      '/install/p/a.pkglist:3 file-unreadable',
      ': repository-suite',
      '/install/p/v.sources:2 sources-field',
      '/install/p/v.sources:1 sources-field',
      '/install/p/a.pkglist:2 file-unreadable',
    ]);
  });

  it('takes the configuration: a repository that is not to be checked', async () => {
    await world.file('/install/own/Packages');
    await world.define(stanza().replace(pkgdir, `${pkgdir},/install/own`));
    const codes = async () => (await problems()).map(({ code }) => code);
    expect(await codes()).toContain('repository-unsigned');
    const config = `repositories:\n  - url: ${world.here('/install/own')}\n    gpgcheck: false\n`;
    await writeFile(join(world.root, 'etc/config.yaml'), config);
    expect(await codes()).not.toContain('repository-unsigned');
    expect(await readFile(join(world.root, 'etc/config.yaml'), 'utf8')).toBe(config);
  });
});

describe('rootimg show pkglist', () => {
  it('shows what a pass has besides its packages, and the kernels of kernelver', async () => {
    await world.file(
      '/install/p/a.pkglist',
      'linux-image-generic\n#NEW_INSTALL_LIST#\n#RECOMMENDS##DEBCONF:seed#\nvim\n',
    );
    await world.file('/install/p/seed', 'a b select c\n');
    await world.define(stanza(' kernelver=5.15.0-91-generic\n'));
    expect(world.away((await type('rootimg', ['show', 'pkglist', 'x'])).stdout)).toBe(`pkglist pass 1
  install linux-image-5.15.0-91-generic  /install/p/a.pkglist:1
  install linux-modules-extra-5.15.0-91-generic  /install/p/a.pkglist:1
pkglist pass 2
  recommends
  debconf /install/p/seed
  install vim  /install/p/a.pkglist:4
`);
  });
});

it('a list that nobody named is told before anything else can go wrong', async () => {
  const list = '/opt/xcat/share/xcat/netboot/ubuntu/compute.pkglist';
  await world.file(list, 'bash\n');
  await type('chdef', ['-t', 'site', '-o', 'clustersite', `ubuntu_apt_mirror=${mirror}`]);
  const words = ['--no-gpgcheck', '-o', 'ubuntu22.04', '-a', 'x86_64', '-p', 'compute'];
  const found = await type('genimage', words);
  expect(found.code).toBe(1);
  expect(found.stdout).toContain(`Package list: ${world.here(list)}\n`);
  await world.define(stanza());
  expect((await type('genimage', ['--no-gpgcheck', 'x'])).stdout).not.toContain('Package list:');
});
