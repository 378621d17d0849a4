import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostPropagation } from '../../src/system/propagation.ts';
import { type Described, describeTree } from './pack/describe-tree.ts';
import { makeHardTree, makePackWorld, makeSmallTree, type PackWorld, shell } from './pack/world.ts';

let world: PackWorld;
let tree: Map<string, Described>;

beforeAll(async () => {
  world = makePackWorld();
  makeHardTree(`${world.rootimgdir}/rootimg`);
  world.write('install/postscripts/xcatdsklspost', '#!/bin/sh\n');
  await world.define();
});
afterAll(() => world.remove());

/** What the pack itself puts in or changes. */
const ours = /^(xcatpost(\/.*)?|opt\/xcat\/xcat(info|dsklspost)|etc\/shadow)$/;

type Kept = 'all' | 'noAcls';

/** The tree as a reader that keeps so much of the attributes should have unpacked it. */
function expected(attributes: Kept): Record<string, Described> {
  const strip = (file: Described): Described => {
    const { xattrs = [], ...rest } = file;
    const kept = attributes === 'all' ? xattrs : xattrs.filter((line) => !line.startsWith('system.'));
    return kept.length === 0 ? rest : { ...rest, xattrs: kept };
  };
  return Object.fromEntries(
    [...tree].filter(([path]) => !ours.test(path)).map(([path, file]) => [path, strip(file)]),
  );
}

function unpacked(name: string, argv: string[], stdin?: string): Map<string, Described> {
  const folder = `${world.base}/${name}`;
  mkdirSync(folder);
  const [program = '', ...args] = argv;
  const input = stdin === undefined ? undefined : execFileSync('sh', ['-c', stdin], { maxBuffer: 1e9 });
  execFileSync(program, args, {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'pipe'],
    ...(input === undefined ? {} : { input }),
  });
  return describeTree(folder);
}

function check(found: Map<string, Described>, attributes: Kept): void {
  const theirs = Object.fromEntries([...found].filter(([path]) => !ours.test(path)));
  expect(theirs).toEqual(expected(attributes));
  expect(found.get('opt/xcat/xcatdsklspost')).toMatchObject({ mode: '100755', owner: '0:0', size: 10 });
  expect(found.get('opt/xcat/xcatinfo')).toMatchObject({ mode: '100644', owner: '0:0', size: 108 });
  expect(found.get('etc/shadow')).toMatchObject({ mode: '100000', owner: '0:0', size: 40 });
  expect(found.get('xcatpost/xcatdsklspost')).toMatchObject({ mode: '100644', owner: '0:0', size: 10 });
}

/** What the format makes of a time that it cannot say. */
function setTime(path: string, time: number): void {
  tree.set(path, { ...tree.get(path)!, time });
}

async function pack(method: string, compressor: string): Promise<string> {
  const { code, stderr, stdout } = await world.run(`packimage -m ${method} -c ${compressor} myimg`);
  expect(stderr).not.toContain('Error');
  expect(code).toBe(0);
  tree = describeTree(`${world.rootimgdir}/rootimg`);
  if (method === 'cpio' || method === 'tar') expect(stdout).toContain(`compress method:${compressor}\n`);
  const [name = ''] = world
    .published()
    .filter((one) => one.startsWith('rootimg.') && !one.endsWith('.sha256'));
  return `${world.rootimgdir}/${name}`;
}

const cat: Record<string, string> = { gzip: 'gzip -dc', pigz: 'gzip -dc', xz: 'xz -dc', zstd: 'zstd -dcq' };
const endings: Record<string, string> = { gzip: 'gz', pigz: 'gz', xz: 'xz', zstd: 'zst' };

describe.each(['gzip', 'pigz', 'xz', 'zstd'])('%s', (compressor) => {
  test('cpio unpacks with GNU cpio and bsdtar to the same tree, and setfattr brings all attributes back', async () => {
    const file = await pack('cpio', compressor);
    expect(file).toMatch(new RegExp(`rootimg\\.cpio\\.${endings[compressor]}$`));
    const gnu = ['cpio', '--extract', '--quiet', '--make-directories', '--preserve-modification-time'];
    // newc has 32 unsigned bits for a time.
    setTime('odd/old', 0);
    const restored = (argv: string[]) => [
      ...[
        'sh',
        '-c',
        '"$@" && setfattr --no-dereference --restore=.rootimg-xattrs && rm .rootimg-xattrs',
        'sh',
      ],
      ...argv,
    ];
    check(unpacked(`cpio-${compressor}`, restored(gnu), `${cat[compressor]} '${file}'`), 'all');
    const bsd = restored(['bsdtar', '-xpf', '-']);
    check(unpacked(`cpio-bsd-${compressor}`, bsd, `${cat[compressor]} '${file}'`), 'all');
  });

  test('tar unpacks with GNU tar and bsdtar to the same tree with all attributes', async () => {
    const file = await pack('tar', compressor);
    expect(file).toMatch(new RegExp(`rootimg\\.tar\\.${endings[compressor]}$`));
    const gnu = ['tar', '-xpf', '-', '--numeric-owner', '--xattrs', '--xattrs-include=*', '--acls'];
    check(unpacked(`tar-${compressor}`, gnu, `${cat[compressor]} '${file}'`), 'all');
    check(
      unpacked(
        `tar-bsd-${compressor}`,
        ['bsdtar', '-xpf', '-', '--numeric-owner'],
        `${cat[compressor]} '${file}'`,
      ),
      'all',
    );
  });

  squashfsTest(compressor);
});

describe.each(['lz4', 'lz4hc'])('%s', (compressor) => {
  squashfsTest(compressor);

  test('erofs: fsck.erofs finds every file, the kernel the same tree with all attributes', async () => {
    const file = await pack('erofs', compressor);
    expect(file).toMatch(/rootimg\.erofs$/);
    const found = unpacked(`erofs-${compressor}`, ['fsck.erofs', '--extract=.', '--overwrite', file]);
    // It gives a file back without set-id bits, other names and attributes.
    const plain = (files: Map<string, Described>) =>
      [...files]
        .filter(([path]) => !ours.test(path))
        .map(([path, { mode, owner, time, size, content, target, device }]) => {
          const masked = (parseInt(mode, 8) & ~0o6000).toString(8);
          return [path, { mode: masked, owner, time, size, content, target, device }] as const;
        });
    expect(plain(found)).toEqual(plain(tree));
    const mountable = readFileSync('/proc/filesystems', 'utf8').includes('\terofs\n');
    if (!mountable || !existsSync('/dev/loop-control')) return;
    const script = 'mkdir -p ../seen && mount -t erofs -o ro,loop "$0" ../seen && cp -a ../seen/. .';
    const mount = ['unshare', '--mount', '--propagation', hostPropagation(), 'sh', '-c', script, file];
    check(unpacked(`erofs-mounted-${compressor}`, mount), 'all');
  });
});

function squashfsTest(compressor: string): void {
  test('squashfs unpacks with unsquashfs to the same tree with all attributes but ACLs', async () => {
    const file = await pack('squashfs', compressor);
    expect(file).toMatch(/rootimg\.sfs$/);
    const kind = { pigz: 'gzip', lz4hc: 'lz4' }[compressor] ?? compressor;
    const facts = execFileSync('unsquashfs', ['-s', file], { encoding: 'utf8' });
    expect(facts).toContain(`Compression ${kind}`);
    // It has 32 bits for a time, which unsquashfs takes for unsigned.
    setTime('odd/old', 2 ** 32 + tree.get('odd/old')!.time!);
    check(unpacked(`sfs-${compressor}`, ['unsquashfs', '-f', '-d', '.', file]), 'noAcls');
  });
}

/** A manifest as genimage leaves it, with these programs in the initrd and this kernel. */
function writeManifest(kernelVersion: string, programs: string[]): void {
  const initrd = { size: 1, sha256: '', compressor: 'gzip', modules: [], programs };
  const build = {
    ...{
      finished: '2026-01-01T00:00:00Z',
      host: { name: 'h', arch: 'x86_64', os: 'x' },
      kernelVersion,
      initrd,
    },
    ...{ packages: [], repositories: [], files: [], tools: {}, warnings: [], times: {} },
  };
  const image = { name: 'myimg', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute' };
  writeFileSync(`${world.rootimgdir}/manifest.json`, JSON.stringify({ schema: 1, image, build }));
}

test('cpio says what nodes lose for want of setfattr or of a newer kernel, squashfs that ACLs are lost, tar nothing', async () => {
  const cpio = async () => (await world.run('packimage -m cpio myimg')).stderr;
  writeManifest('6.6.1-1', ['setfattr', 'sh']);
  expect(await cpio()).not.toContain('lose');
  writeManifest('6.5.0', ['setfattr', 'sh']);
  expect(await cpio()).toMatch(
    /Nodes lose user\.folder of odd\/acl; user\.binary of odd\/xattrs; .* with kernel 6\.5\.0/,
  );
  writeManifest('6.6.1-1', ['sh']);
  expect(await cpio()).toMatch(
    /has no setfattr, so that nodes lose .*security\.capability of usr\/bin\/ping.* Name attr in pkglist .*squashfs/,
  );
  const squashfs = await world.run('packimage -m squashfs myimg');
  expect(squashfs.stderr).toMatch(/squashfs does not keep system\.posix_acl_access/);
  const tar = await world.run('packimage -m tar myimg');
  expect(tar.stderr).not.toMatch(/keep|lose/);
});

test.each(['squashfs', 'erofs'])(
  '%s: what the pack puts in obeys the exlist; of an old xcatpost nothing is left',
  async (method) => {
    const own = makePackWorld();
    try {
      makeSmallTree(`${own.rootimgdir}/rootimg`);
      for (const name of ['ca/cert', 'syncfiles', 'otherpkgs']) {
        own.write(`install/postscripts/${name}`, 'x');
        own.write(`image/rootimg/xcatpost/${name}.old`, 'x');
      }
      own.write('image/rootimg/xcatpost/otherpkgs', 'x');
      own.write('new', 'x');
      const synclists = own.write('list', `${own.base}/new -> /srv/new\n${own.base}/new -> /srv/kept\n`);
      const exlist = own.write('x', './xcatpost/otherpkgs\n./srv/new\n./opt/xcat/xcatinfo\n');
      await own.define({ exlist, synclists });
      const { code, stderr } = await own.run(`packimage -m ${method} myimg`);
      expect(code, stderr).toBe(0);
      const { members } = JSON.parse(readFileSync(`${own.rootimgdir}/manifest.json`, 'utf8')).pack;
      await own.run('packimage -m cpio -c gzip myimg');
      const list = `gzip -dc ${own.rootimgdir}/rootimg.cpio.gz | bsdtar -tf -`;
      const names = shell(own.base, list).split('\n').slice(0, -1);
      // cpio has its list of attributes besides.
      expect(names.length - 1).toBe(members);
      expect(names.filter((name) => /^(xcatpost|srv)/.test(name)).sort()).toEqual([
        ...['srv', 'srv/kept', 'xcatpost', 'xcatpost/ca', 'xcatpost/ca/cert', 'xcatpost/syncfiles'],
      ]);
    } finally {
      own.remove();
    }
  },
);

test('the digest beside the file is its digest', async () => {
  await pack('cpio', 'zstd');
  execFileSync('sha256sum', ['--check', '--quiet', 'rootimg.cpio.zst.sha256'], { cwd: world.rootimgdir });
  const manifest = JSON.parse(readFileSync(`${world.rootimgdir}/manifest.json`, 'utf8'));
  expect(readFileSync(`${world.rootimgdir}/rootimg.cpio.zst.sha256`, 'utf8')).toContain(manifest.pack.sha256);
});

test('an image folder may have any name', async () => {
  const rootimgdir = `${world.base}/Bild für é, 'x' "y"`;
  makeSmallTree(`${rootimgdir}/rootimg`);
  await world.define({ rootimgdir });
  for (const method of ['cpio', 'tar', 'squashfs', 'erofs']) {
    const { code, stderr } = await world.run(`packimage -m ${method} --verify full myimg`);
    expect(code, stderr).toBe(0);
  }
  await world.define();
});
