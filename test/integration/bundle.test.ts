import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePackWorld, makeSmallTree, type PackWorld } from './pack/world.ts';

let world: PackWorld;
beforeEach(async () => {
  world = makePackWorld();
  mkdirSync(`${world.base}/install`);
  mkdirSync(`${world.base}/tftp`);
  await world.define({ pkgdir: '/install/a&b' }, { tftpdir: `${world.base}/tftp` });
});
afterEach(() => world.remove());

const read = (path: string) => readFileSync(`${world.base}/${path}`, 'utf8');
const imported = () => `${world.base}/install/netboot/rocky9.4/x86_64/compute`;

/** Files as genimage and packimage leave them. */
async function makeImage(): Promise<void> {
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  writeFileSync(`${world.rootimgdir}/kernel`, 'the kernel');
  writeFileSync(`${world.rootimgdir}/initrd-stateless.gz`, 'the initrd');
  const { code, stderr } = await world.run('packimage -m tar -c gzip --force myimg');
  if (code !== 0) throw new Error(stderr);
}

async function ok(line: string) {
  const answer = await world.run(line);
  expect(answer.code, answer.stderr).toBe(0);
  return answer;
}

/** A bundle as xCAT 2.19 writes it: no digests, paths of its host, a folder for each image. */
function xcatBundle(columns: Record<string, string>, more = ''): string {
  const folder = `${world.base}/b/img`;
  mkdirSync(folder, { recursive: true });
  const all = {
    imagename: 'img',
    provmethod: 'netboot',
    profile: 'login',
    osvers: 'rocky9.4',
    osarch: 'x86_64',
  };
  const elements = (values: Record<string, string>) =>
    Object.entries(values).map(([name, value]) => `    <${name}>${value}</${name}>\n`);
  writeFileSync(
    `${folder}/manifest.xml`,
    `<xcatimage>\n  <kernel>/x/kernel</kernel>\n  <osimage>\n${elements(all).join('')}  </osimage>\n  <linuximage>\n${elements(columns).join('')}  </linuximage>\n${more}  <ramdisk>/x/initrd-stateless.gz</ramdisk>\n  <rootimg>/x/rootimg.cpio.gz</rootimg>\n</xcatimage>\n`,
  );
  for (const name of ['kernel', 'initrd-stateless.gz', 'rootimg.cpio.gz'])
    writeFileSync(`${folder}/${name}`, name);
  return folder;
}

function tarOf(folder: string): void {
  execFileSync('tar', ['czf', `${world.base}/b.tgz`, '-C', folder, '.']);
}

describe('imgexport and imgimport', () => {
  it('take a folder of extra files: the files below it, and no link', async () => {
    await world.define({});
    await makeImage();
    const motd = world.write('more/sub/motd', 'hello\n');
    symlinkSync('/etc/shadow', `${world.base}/more/link`);
    await ok(`imgexport myimg out.tgz -e ${world.base}/more`);
    const names = execFileSync('tar', ['tzf', `${world.base}/out.tgz`], { encoding: 'utf8' }).split('\n');
    expect(names.filter((name) => name.includes('/more/'))).toContain(`./myimg/extra${motd}`);
    expect(names.join(' ')).not.toContain('more/link');
  });

  it('bring an image to another host as it was', async () => {
    const pkglist = world.write('lists/my.pkglist', 'bash\n');
    const script = world.write('lists/my.postinstall', '#!/bin/sh\n');
    chmodSync(script, 0o755);
    await world.define(
      { pkglist, postinstall: `${script} one two`, pkgdir: '/install/a&b <c>' },
      { tftpdir: `${world.base}/tftp` },
    );
    await makeImage();
    const { stdout } = await ok(`imgexport myimg out.tgz -e ${pkglist}:/etc/somewhere`);
    expect(stdout).toContain('Done!');
    const packed = readFileSync(`${world.rootimgdir}/rootimg.tar.gz`);
    // What xCAT reads: its own layout, by GNU tar.
    const names = execFileSync('tar', ['tzf', `${world.base}/out.tgz`], { encoding: 'utf8' }).split('\n');
    expect(names).toEqual(
      expect.arrayContaining(['./', './myimg/', './myimg/manifest.xml', './myimg/kernel']),
    );

    rmSync(`${world.base}/lists`, { recursive: true });
    expect((await world.run('imgimport out.tgz')).stderr).toContain('--force');
    await ok('rmdef -t osimage -o myimg');
    const { stdout: said, stderr } = await ok('imgimport out.tgz');
    expect(said).toContain('Successfully imported the image myimg.');
    expect(stderr).toContain('my.pkglist in /etc/somewhere');
    expect(stderr).not.toContain('no digests');
    expect(readFileSync(`${imported()}/rootimg.tar.gz`)).toEqual(packed);
    expect(readFileSync(`${imported()}/kernel`, 'utf8')).toBe('the kernel');
    expect(read('tftp/xcat/osimage/myimg/initrd-stateless.gz')).toBe('the initrd');
    const lists = `${world.base}/install/osimages/myimg`;
    expect(readFileSync(`${lists}/my.pkglist`, 'utf8')).toBe('bash\n');
    expect(statSync(`${lists}/my.postinstall`).mode & 0o777).toBe(0o755);
    expect(existsSync('/etc/somewhere')).toBe(false);
    const { stdout: definition } = await ok('lsdef -t osimage -o myimg');
    expect(definition).toContain(`pkglist=${lists}/my.pkglist`);
    expect(definition).toContain(`postinstall=${lists}/my.postinstall one two`);
    expect(definition).toContain('pkgdir=/install/a&b <c>');
    // Ours carry what describes the image: it can be used at once.
    await ok('rootimg netboot myimg --server 10.0.0.1');
    expect((await world.run('rmimage myimg')).stderr).toMatch(/entries lead to 'myimg'.*ipxe/);
  });

  it('read what xCAT wrote, tell that nothing verifies it, and take no path of it', async () => {
    const folder = xcatBundle(
      {
        pkglist: '/opt/xcat/share/a.pkglist',
        exlist: '/etc/shadow',
        rootimgdir: '/somewhere',
        comments: 'x',
      },
      '  <extra><src>/root/motd</src><dest>/etc</dest></extra>\n',
    );
    writeFileSync(`${folder}/a.pkglist`, 'bash\n');
    mkdirSync(`${folder}/extra`);
    writeFileSync(`${folder}/extra/motd`, 'hello\n');
    tarOf(`${world.base}/b`);
    const { stderr } = await ok('imgimport b.tgz');
    expect(stderr).toContain('no digests');
    expect(stderr).toContain('exlist of the bundle names /etc/shadow, which is not in it: left out');
    expect(read('install/osimages/img/extra/motd')).toBe('hello\n');
    const { stdout } = await ok('lsdef -t osimage -o img');
    expect(stdout).toContain(`rootimgdir=${world.base}/install/netboot/rocky9.4/x86_64/login`);
    expect(stdout).not.toContain('exlist');
    expect(read('install/netboot/rocky9.4/x86_64/login/rootimg.cpio.gz')).toBe('rootimg.cpio.gz');
    // A list that is another one is kept.
    writeFileSync(`${folder}/a.pkglist`, 'vim\n');
    tarOf(`${world.base}/b`);
    expect((await ok('imgimport --force b.tgz')).stdout).toMatch(/Moving old .*a\.pkglist to .*\.ORIG/);
    expect(read('install/osimages/img/a.pkglist.ORIG')).toBe('bash\n');
  });

  it('-f gives another profile, with names by it', async () => {
    const folder = xcatBundle({ pkglist: '/x/login.pkglist', exlist: '/x/some.exlist' });
    for (const name of ['login.pkglist', 'some.exlist']) writeFileSync(`${folder}/${name}`, 'x\n');
    execFileSync('tar', ['cf', `${world.base}/b.tar`, '-C', `${world.base}/b`, '.']);
    await ok('imgimport -n b.tar -f gpu');
    const { stdout } = await ok('lsdef -t osimage -o rocky9.4-x86_64-netboot-gpu');
    expect(stdout).toContain('profile=gpu');
    expect(stdout).toContain('/rocky9.4-x86_64-netboot-gpu/gpu.pkglist');
    expect(stdout).toContain('/gpu.some.exlist');
  });

  it.each(['-v', '-V', '--verbose'])('%s is verbose, as in xCAT, not the version', async (flag) => {
    await makeImage();
    await ok(`imgexport ${flag} myimg out.tgz`);
    await ok('rmdef -t osimage myimg');
    const { stdout } = await ok(`imgimport ${flag} out.tgz --force`);
    expect(stdout).toContain('Successfully imported the image myimg.');
    for (const command of ['imgexport', 'imgimport'])
      expect((await ok(`${command} --version`)).stdout).toMatch(/^img\w+ \d/);
  });

  it('refuse what is not whole, with all that is wrong', async () => {
    xcatBundle({});
    rmSync(`${world.base}/b/img/kernel`);
    tarOf(`${world.base}/b`);
    expect((await world.run('imgimport b.tgz')).stderr).toContain('The bundle has no kernel.');
    expect((await world.run('imgimport nosuch.tgz')).stderr).toContain('Cannot find nosuch.tgz');
    expect((await world.run('imgexport nosuch')).code).toBe(1);
    expect((await world.run('imgexport myimg')).stderr).toContain('Run genimage myimg first');
    expect((await world.run('imgexport myimg -p n1')).code).toBe(1);
    expect(existsSync(`${world.base}/install/netboot`)).toBe(false);
  });
});

describe('rmimage', () => {
  it('removes the files of an image and says each; lists and folder stay', async () => {
    await makeImage();
    mkdirSync(`${world.base}/tftp/xcat/osimage/myimg`, { recursive: true });
    writeFileSync(`${world.rootimgdir}/rootimg-statelite.gz`, '');
    writeFileSync(`${world.rootimgdir}/my.notes`, '');
    const { stdout } = await ok('rmimage myimg --xcatdef');
    expect(stdout).toContain(`Removing directory ${world.rootimgdir}/rootimg\n`);
    expect(stdout).toContain(`Removing file ${world.rootimgdir}/kernel\n`);
    expect(stdout).toContain('Image files have been removed successfully from this management node.');
    expect(stdout).toContain('osimage definition for myimg is removed successfully.');
    expect(world.published()).toEqual(['my.notes']);
    expect(existsSync(`${world.rootimgdir}/generations`)).toBe(false);
    expect(existsSync(`${world.base}/tftp/xcat/osimage/myimg`)).toBe(false);
  });

  it('keeps what nodes boot, without --force', async () => {
    await makeImage();
    await ok('rootimg netboot myimg --server 10.0.0.1');
    const { code, stderr } = await world.run('rmimage myimg');
    expect(code).toBe(1);
    expect(stderr).toContain(`${world.rootimgdir}/netboot/myimg.ipxe`);
    expect(existsSync(`${world.rootimgdir}/rootimg/etc`)).toBe(true);
    await ok('rmimage --force myimg');
    expect(world.published()).toEqual([]);
  });

  it('unmounts nothing, and removes nothing then', async () => {
    await makeImage();
    const script = `mount -t tmpfs none ${world.rootimgdir}/rootimg/proc`;
    execFileSync('sh', ['-c', script]);
    try {
      const { code, stderr } = await world.run('rmimage myimg');
      expect([code, stderr]).toEqual([1, expect.stringContaining('is mounted in the image')]);
      expect(existsSync(`${world.rootimgdir}/kernel`)).toBe(true);
    } finally {
      execFileSync('umount', [`${world.rootimgdir}/rootimg/proc`]);
    }
  });

  it.each([
    ['rmimage', 'An image name is needed'],
    ['rmimage -o rocky9.4 -a x86_64', 'Missing flag'],
    ['rmimage myimg -o rocky9.4', 'not allowed'],
    ['rmimage nosuch', "Invalid image name 'nosuch'"],
    ['rmimage rocky9.4-x86_64-netboot-gone', 'does not exist'],
    ['rmimage -o ../.. -a x -p y', '-o'],
    ['rmimage ../x', 'Invalid image name'],
  ])('%s: %s', async (line, words) => {
    const { code, stderr } = await world.run(line);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
  });
});
