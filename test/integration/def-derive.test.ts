import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DefWorld, makeDefWorld } from './definition/world.ts';

const modified = '1 object definitions have been created or modified.\n';

let root: string;
let world: DefWorld;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rootimg-derive-'));
  world = await makeDefWorld('empty', { XCATROOT: `${root}/xcat` });
  await world.run(`chdef -t site installdir=${root}/install`);
  for (const extension of ['pkglist', 'exlist', 'postinstall']) {
    await file(`xcat/share/xcat/netboot/rh/compute.rhels9.x86_64.${extension}`);
  }
});
afterEach(async () => {
  await world.remove();
  await rm(root, { recursive: true });
});

async function file(path: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), '');
}

async function shown(name: string): Promise<string[]> {
  const { stdout } = await world.run(`lsdef -t osimage -o ${name}`);
  return stdout
    .replaceAll(root, '')
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim());
}

const derived = [
  'exlist=/xcat/share/xcat/netboot/rh/compute.rhels9.x86_64.exlist',
  'imagetype=linux',
  'osarch=x86_64',
  'osdistroname=rhels9.4-x86_64',
  'osname=Linux',
  'osvers=rhels9.4',
  'otherpkgdir=/install/post/otherpkgs/rhels9.4/x86_64',
  'pkgdir=/install/rhels9.4/x86_64',
  'pkglist=/xcat/share/xcat/netboot/rh/compute.rhels9.x86_64.pkglist',
  'postinstall=/xcat/share/xcat/netboot/rh/compute.rhels9.x86_64.postinstall',
  'profile=compute',
  'provmethod=netboot',
  'rootimgdir=/install/netboot/rhels9.4/x86_64/compute',
];
const four = 'profile=compute provmethod=netboot osvers=rhels9.4 osarch=x86_64';

describe('mkdef -u', () => {
  it('derives the values', async () => {
    expect(await world.run(`mkdef -t osimage -o n1 -u ${four}`)).toEqual({
      code: 0,
      stdout: modified,
      stderr: '',
    });
    expect(await shown('n1')).toEqual(derived);
  });

  it('derives the name and the type too', async () => {
    expect((await world.run(`mkdef -u ${four}`)).stdout).toBe(modified);
    expect(await shown('rhels9.4-x86_64-netboot-compute')).toEqual(derived);
  });

  it('warns where the profile has no pkglist', async () => {
    const { code, stderr } = await world.run(`mkdef -u ${four} profile=comptue`);
    expect([code, stderr]).toEqual([
      0,
      'Warning: No pkglist was found for profile comptue of rhels9.4 on x86_64.\n' +
        '  genimage needs one: chdef -t osimage -o rhels9.4-x86_64-netboot-comptue pkglist=FILE\n',
    ]);
    expect((await world.run(`mkdef -u ${four} profile=other pkglist=/p`)).stderr).toBe('');
  });

  it('keeps what is given, prefers the files of the site, leaves out what has no file', async () => {
    await file('install/custom/netboot/rh/compute.pkglist');
    await file('install/custom/netboot/rh/compute.rhels9.4.x86_64.otherpkgs.pkglist');
    await file('install/custom/netboot/rh/compute.rhels9.4.x86_64.synclist');
    await world.run(`mkdef -t osimage n1 -u ${four} exlist=/mine rootimgdir=/img postinstall=`);
    const lines = await shown('n1');
    expect(lines).toContain('exlist=/mine');
    expect(lines).toContain('rootimgdir=/img');
    expect(lines).toContain('pkglist=/install/custom/netboot/rh/compute.pkglist');
    expect(lines).toContain(
      'otherpkglist=/install/custom/netboot/rh/compute.rhels9.4.x86_64.otherpkgs.pkglist',
    );
    expect(lines).toContain('synclists=/install/custom/netboot/rh/compute.rhels9.4.x86_64.synclist');
    expect(lines.filter((line) => line.startsWith('postinstall'))).toEqual([]);
  });

  it('takes osvers and osarch of this host when they are not given', async () => {
    const { code, stderr } = await world.run('mkdef -t osimage -o n1 -u profile=compute provmethod=netboot');
    if (code === 0) expect(await shown('n1')).toContainEqual(expect.stringMatching(/^osarch=./));
    else expect(stderr).toMatch(/There is no folder/);
  });

  it('works on stanzas', async () => {
    const stanza = `n1:\n objtype=osimage\n ${four.replaceAll(' ', '\n ')}\n`;
    expect((await world.run('mkdef -z -u', stanza)).stdout).toBe(modified);
    expect(await shown('n1')).toEqual(derived);
  });

  it.each([
    ['no profile', 'provmethod=netboot osvers=rhels9.4', 'profile'],
    ['no provmethod', 'profile=compute osvers=rhels9.4', 'provmethod'],
    ['a provmethod without image', `${four} provmethod=install`, 'install'],
    ['a family without folder', `${four} osvers=leap17.0`, '/netboot/leap'],
    ['another imagetype', `${four} imagetype=windows`, 'windows'],
    ['another osname', `${four} osname=AIX`, 'AIX'],
    ['an unknown attribute', `${four} bogus=1`, 'bogus'],
  ])('creates nothing with %s', async (_, words, named) => {
    const { code, stdout, stderr } = await world.run(`mkdef -t osimage -o n1 -u ${words}`);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(named);
    expect((await world.run('lsdef -t osimage n1')).code).toBe(1);
  });

  it('is for osimages only', async () => {
    expect((await world.run('mkdef -t site -u installdir=/x')).code).toBe(1);
  });
});

describe('chdef -u', () => {
  it('derives again what is not given', async () => {
    await world.run(`mkdef -t osimage -o n1 -u ${four} exlist=/mine rootimgdir=/img`);
    await file('xcat/share/xcat/netboot/rh/service.pkglist');
    expect((await world.run('chdef -t osimage -o n1 -u profile=service pkgdir=/p')).stdout).toBe(modified);
    const lines = await shown('n1');
    expect(lines).toContain('pkglist=/xcat/share/xcat/netboot/rh/service.pkglist');
    expect(lines).toContain('rootimgdir=/install/netboot/rhels9.4/x86_64/service');
    expect(lines).toContain('pkgdir=/p');
    expect(lines).toContain('exlist=/mine');
    expect(lines).toContain('provmethod=netboot');
  });

  it.each(['-p', '-m'])('is not for %s', async (option) => {
    await world.run(`mkdef -t osimage -o n1 -u ${four}`);
    expect((await world.run(`chdef -t osimage -o n1 -u ${option} profile=x`)).code).toBe(1);
    expect(await shown('n1')).toEqual(derived);
  });
});
