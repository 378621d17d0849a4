import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostPropagation } from '../../src/system/propagation.ts';
import { testInLong } from '../lib/amount.ts';
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
    // newc has 32 unsigned bits for a time: the nearest.
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

  // Compressors get the same from tar as from cpio.
  const tarTest = compressor === 'pigz' || compressor === 'xz' ? testInLong : test;
  tarTest('tar unpacks with GNU tar and bsdtar to the same tree with all attributes', async () => {
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
    // It has 32 unsigned bits for a time: the nearest.
    setTime('odd/old', 0);
    check(unpacked(`sfs-${compressor}`, ['unsquashfs', '-f', '-d', '.', file]), 'noAcls');
  });
}

/** A manifest as genimage leaves it, with this kernel, and in the initrd these programs and abilities. */
function writeManifest(
  kernelVersion: string,
  programs: string[],
  abilities: readonly string[] = [],
  where = world,
): void {
  const initrd = { size: 1, sha256: '', compressor: 'gzip', modules: [], programs, abilities };
  writeFileSync(`${where.rootimgdir}/manifest.json`, manifestText(kernelVersion, initrd));
}

function manifestText(kernelVersion: string, initrd: object): string {
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
  return JSON.stringify({ schema: 1, image, build });
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
  expect(squashfs.stderr).toMatch(/squashfs does not keep system\.posix_acl_access of odd\/acl/);
  const tar = await world.run('packimage -m tar myimg');
  expect(tar.stderr).not.toMatch(/keep|lose/);
});

describe('a tree with what few have', () => {
  let own: PackWorld;
  beforeAll(async () => {
    own = makePackWorld();
    makeSmallTree(`${own.rootimgdir}/rootimg`);
    shell(
      `${own.rootimgdir}/rootimg`,
      `mkdir -p var/log d; truncate -s 160M var/log/lastlog; echo x >etc/attributes
for name in user.a=b user.c%3Dd 'user.e\f' user.g; do setfattr -n "$name" -v 1 etc/attributes; done
echo cap >d/cap; setcap cap_net_raw+ep d/cap; ln d/cap cap-too; echo late >late; touch -d @4294967301 late
touch -d @-5 d/cap d`,
    );
    await own.define();
  });
  afterAll(() => own.remove());

  const attributes = (folder: string) => describeTree(folder).get('etc/attributes')!.xattrs;

  test("names of attributes with '=', '%' and a backslash come back", async () => {
    expect((await own.run('packimage -m tar -c gzip myimg')).code).toBe(0);
    const tar = `${own.base}/names-tar`;
    shell(tar, `tar --xattrs --xattrs-include='*' -xpf ${own.rootimgdir}/rootimg.tar.gz`);
    expect((await own.run('packimage -c gzip myimg')).code).toBe(0);
    const cpio = `${own.base}/names-cpio`;
    shell(
      cpio,
      `zcat ${own.rootimgdir}/rootimg.cpio.gz | cpio -id --quiet --sparse && setfattr -h --restore=.rootimg-xattrs`,
    );
    const expected = attributes(`${own.rootimgdir}/rootimg`);
    expect(expected).toHaveLength(4);
    expect([attributes(tar), attributes(cpio)]).toEqual([expected, expected]);
  });

  test.each([
    ['tar', [], false],
    ['cpio', ['holes'], false],
    ['cpio', [], true],
  ] as const)(
    '%s with abilities %j: a hole counts where it takes memory',
    async (method, abilities, fills) => {
      writeManifest('6.6.1-1', ['setfattr'], abilities, own);
      const { stderr } = await own.run(`packimage -m ${method} -c gzip myimg`);
      const { memoryBytes } = JSON.parse(readFileSync(`${own.rootimgdir}/manifest.json`, 'utf8')).pack;
      expect(memoryBytes > 160 * 1024 ** 2).toBe(fills);
      expect(/fills holes.* var\/log\/lastlog \(160 MB\)/.test(stderr)).toBe(fills);
    },
  );

  test('squashfs: times that it cannot say are told by name and are the nearest; all else of the files stays', async () => {
    const { stderr, code } = await own.run('packimage -m squashfs -c gzip myimg');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /squashfs keeps no times before 1970 and after 2106.*: cap-too, d, d\/cap, late\./,
    );
    const folder = `${own.base}/times`;
    execFileSync('unsquashfs', ['-f', '-d', folder, `${own.rootimgdir}/rootimg.sfs`], { stdio: 'ignore' });
    const found = describeTree(folder);
    const before = describeTree(`${own.rootimgdir}/rootimg`);
    for (const [path, time] of [
      ['d/cap', 0],
      ['cap-too', 0],
      ['late', 2 ** 32 - 1],
    ] as const) {
      expect(found.get(path)).toEqual({ ...before.get(path), time });
    }
  });

  test('a hole of a terabyte ends a squashfs or erofs by name, before anything is written', async () => {
    shell(`${own.rootimgdir}/rootimg`, 'truncate -s 1T var/log/lastlog');
    for (const method of ['squashfs', 'erofs']) {
      const { stderr, code } = await own.run(`packimage -m ${method} myimg`);
      expect([code, stderr]).toEqual([1, expect.stringContaining('var/log/lastlog (1024 GiB)')]);
    }
    expect((await own.run('packimage -m tar --verify full myimg')).code).toBe(0);
  });
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
