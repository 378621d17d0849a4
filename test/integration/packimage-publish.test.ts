import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hostPropagation } from '../../src/system/propagation.ts';
import { amount } from '../lib/amount.ts';
import { readAgainAndAgain } from './pack/polling-reader.ts';
import { makeHardTree, makePackWorld, makeSmallTree, type PackWorld, shell } from './pack/world.ts';

let world: PackWorld;

beforeEach(() => {
  world = makePackWorld();
});
afterEach(() => world.remove());

const packimage = join(import.meta.dirname, '../../bin/packimage');

/** packimage as a process of its own; `wrapper` comes before it. */
function start(words: string[], env: Record<string, string> = {}, wrapper: string[] = []): ChildProcess {
  const [program = '', ...args] = [...wrapper, process.execPath, packimage, ...words];
  return spawn(program, args, {
    cwd: world.base,
    env: { ...process.env, ROOTIMG_HOME: `${world.base}/home`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function finish(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function imageFile(): string {
  return world.published().find((name) => name.startsWith('rootimg.') && !name.endsWith('.sha256')) ?? '';
}

/** What a run must not leave: temporary files, mounts, processes. */
function leftovers(): string[] {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(world.base));
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(world.base));
  return [
    ...readdirSync(world.rootimgdir).filter((name) => name.startsWith('.rootimg-tmp-')),
    ...processes,
    ...mounts,
  ];
}

describe('with SOURCE_DATE_EPOCH', () => {
  const epoch = '1600000000';

  /** More than one block: of 24 MiB for the program xz, 8 MiB for zstd, at most 1 MiB for all else. */
  const blocksOf = (method: string, compressor: string) => {
    const isProgram = method === 'cpio' || method === 'tar';
    if (isProgram && compressor === 'xz') return 'yes | head -c 26000000';
    return `head -c ${isProgram && compressor === 'zstd' ? 10_000_000 : 3_000_000} /dev/urandom`;
  };

  /** Each method, each program that compresses, each compressor within squashfs; then the rest of the pairs. */
  const pairs = [
    ...(['cpio pigz', 'cpio xz', 'tar gzip', 'tar zstd', 'squashfs xz', 'squashfs zstd'] as const),
    ...(['squashfs gzip', 'squashfs lz4', 'erofs lz4', 'squashfs lz4hc', 'erofs lz4hc'] as const),
    ...(['cpio gzip', 'cpio zstd', 'tar pigz', 'tar xz'] as const),
  ].map((pair) => pair.split(' ') as [string, string]);

  describe('in one tree', () => {
    let own: PackWorld;
    let withTree: PackWorld;
    beforeAll(() => {
      withTree = makePackWorld();
      makeHardTree(`${withTree.rootimgdir}/rootimg`);
      withTree.write('install/postscripts/xcatdsklspost', '#!/bin/sh\n');
    });
    afterAll(() => withTree.remove());
    beforeEach(() => {
      own = world;
      world = withTree;
    });
    afterEach(() => {
      world = own;
    });

    test.each(pairs.slice(0, amount(9, pairs.length)))(
      '%s %s: the same bytes at another time, in another folder, by another umask, zone and number of CPUs',
      async (method, compressor) => {
        const words = ['-m', method, '-c', compressor, 'myimg'];
        shell(world.base, `${blocksOf(method, compressor)} >image/rootimg/large`);
        await world.define();
        const first = await finish(start(words, { SOURCE_DATE_EPOCH: epoch }));
        expect(first.code, first.stderr).toBe(0);
        const { pack } = JSON.parse(readFileSync(`${world.rootimgdir}/manifest.json`, 'utf8'));
        expect(pack.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);

        const elsewhere = `${world.base}/elsewhere`;
        rmSync(elsewhere, { recursive: true, force: true });
        mkdirSync(elsewhere);
        execFileSync('cp', ['-a', `${world.rootimgdir}/rootimg`, elsewhere]);
        await world.define({ rootimgdir: elsewhere });
        const second = await finish(
          start(words, { SOURCE_DATE_EPOCH: epoch, TZ: 'Asia/Tokyo', LC_ALL: 'C.UTF-8' }, [
            ...['sh', '-c', 'umask 077; exec "$@"', 'sh', 'taskset', '-c', '0'],
          ]),
        );
        expect(second.code, second.stderr).toBe(0);
        expect(digest(`${elsewhere}/${pack.file}`)).toBe(digest(`${world.rootimgdir}/${pack.file}`));
      },
    );
  });

  test.each(['cpio', 'tar', 'squashfs', 'erofs'])(
    '%s: a tree whose programs run nowhere here is packed, and on a host of another architecture to the same bytes',
    async (method) => {
      const foreign = `${world.rootimgdir}/rootimg/usr/bin/foreign`;
      makeSmallTree(`${world.rootimgdir}/rootimg`);
      const program = readFileSync(process.execPath).subarray(0, 500_000);
      // e_machine of an ELF file: 21 is 64-bit PowerPC.
      program.writeUInt16LE(21, 18);
      writeFileSync(foreign, program, { mode: 0o755 });
      expect(() => execFileSync(foreign, { stdio: 'ignore' })).toThrow();
      world.write('bin/uname', '#!/bin/sh\necho ppc64le\n');
      chmodSync(`${world.base}/bin/uname`, 0o755);
      await world.define({ osarch: 'ppc64le' });
      const words = ['-m', method, 'myimg'];
      const env = { SOURCE_DATE_EPOCH: epoch };
      const native = await finish(
        start(words, { ...env, PATH: `${world.base}/bin:${process.env['PATH'] ?? ''}` }),
      );
      expect(native.code, native.stderr).toBe(0);
      const before = digest(`${world.rootimgdir}/${imageFile()}`);
      const other = await finish(start(words, env, ['setarch', 'linux32']));
      expect(other.code, other.stderr).toBe(0);
      expect(digest(`${world.rootimgdir}/${imageFile()}`)).toBe(before);
    },
  );

  test('no file is younger than it, and xcatinfo has its time', async () => {
    makeSmallTree(`${world.rootimgdir}/rootimg`);
    await world.define();
    for (const method of ['cpio', 'tar', 'squashfs', 'erofs']) {
      const { code, stderr } = await finish(start(['-m', method, 'myimg'], { SOURCE_DATE_EPOCH: epoch }));
      expect(code, stderr).toBe(0);
      const out = `${world.base}/out-${method}`;
      mkdirSync(out);
      const file = `${world.rootimgdir}/${imageFile()}`;
      if (method === 'squashfs') execFileSync('unsquashfs', ['-q', '-n', '-f', '-d', out, file]);
      else if (method === 'erofs') execFileSync('fsck.erofs', [`--extract=${out}`, '--overwrite', file]);
      else execFileSync('bsdtar', ['-xpf', file, '-C', out]);
      expect(shell(out, 'find . -newermt @1600000000 -type f')).toBe('');
      expect(readFileSync(`${out}/opt/xcat/xcatinfo`, 'utf8')).toContain(
        "TIMESTAMP='Sun Sep 13 12:26:40 UTC 2020'",
      );
    }
  });
});

test('the manifest says how much memory an image takes on a node, as its kernel line does', async () => {
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  shell(world.base, 'head -c 3000000 /dev/zero >image/rootimg/large');
  await world.define();
  for (const name of ['kernel', 'initrd-stateless.gz']) world.write(`image/${name}`, '');
  const need = async (method: string) => {
    await world.run(`packimage -m ${method} myimg`);
    const { pack } = JSON.parse(readFileSync(`${world.rootimgdir}/manifest.json`, 'utf8'));
    const { stdout } = await world.run('rootimg netboot --server s myimg');
    const [, packed, unpacked] = / imgneed=(\d+)\+(\d+)$/m.exec(stdout) ?? [];
    expect(pack.memoryBytes).toBe((Number(packed) + Number(unpacked)) * 2 ** 20);
    return pack;
  };
  const cpio = await need('cpio');
  expect(cpio.memoryBytes).toBeGreaterThan(3_000_000 + cpio.size);
  const squashfs = await need('squashfs');
  expect(squashfs.memoryBytes).toBe(Math.ceil(squashfs.size / 2 ** 20) * 2 ** 20);
});

test('without it every pack has a new uuid', async () => {
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  await world.define();
  const uuids = new Set<string>();
  for (let round = 0; round < 3; round++) {
    await world.run('packimage myimg');
    uuids.add(JSON.parse(readFileSync(`${world.rootimgdir}/manifest.json`, 'utf8')).pack.uuid);
  }
  expect(uuids.size).toBe(3);
});

/** tar is written as cpio is: by a stream through a compressor. */
describe.each(['cpio', 'squashfs', 'tar'].slice(0, amount(2, 3)))('%s', (method) => {
  /** Large enough that writing it takes a while with this slow compressor. */
  const slow = ['-m', method, '-c', 'xz', 'myimg'];

  beforeEach(async () => {
    makeSmallTree(`${world.rootimgdir}/rootimg`);
    await world.define();
    await world.run(`packimage -m ${method} -c gzip myimg`);
    shell(world.base, 'head -c 40000000 /dev/urandom >image/rootimg/large');
  });

  test('kill -9 while it writes: the published file stays, nothing else does, the next run sweeps and works', async () => {
    const before = imageFile();
    const content = digest(`${world.rootimgdir}/${before}`);
    for (const later of [0, 400]) {
      const left = readdirSync(world.rootimgdir);
      const child = start(slow);
      await untilItWrites(child, left);
      await setTimeout(later);
      expect(child.exitCode).toBe(null);
      child.kill('SIGKILL');
      await once(child, 'close');
      expect(imageFile()).toBe(before);
      expect(digest(`${world.rootimgdir}/${before}`)).toBe(content);
      // The kernel ends the processes that were tied to it, and with them their mounts.
      for (let round = 0; round < 400 && leftovers().some((one) => !one.startsWith('.rootimg-tmp-')); round++)
        await setTimeout(10);
      expect(leftovers().filter((one) => !one.startsWith('.rootimg-tmp-'))).toEqual([]);
    }
    const { code, stdout, stderr } = await finish(start(['-m', method, '-c', 'zstd', 'myimg']));
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('Removed what a killed run left');
    expect(leftovers()).toEqual([]);
  });

  /** `left` is what a killed run has left behind. */
  async function untilItWrites(child: ChildProcess, left: readonly string[] = []): Promise<void> {
    const isWritten = (name: string) => /^\.rootimg-tmp-.*rootimg\./.test(name) && !left.includes(name);
    while (!readdirSync(world.rootimgdir).some(isWritten)) {
      if (child.exitCode !== null) throw new Error('packimage ended before it wrote');
      await setTimeout(5);
    }
  }

  test('SIGTERM ends it in order', async () => {
    const child = start(slow);
    const end = finish(child);
    await untilItWrites(child);
    child.kill('SIGTERM');
    const { code, stderr } = await end;
    expect(code).toBe(143);
    expect(stderr).toContain('SIGTERM');
    expect(leftovers()).toEqual([]);
    expect(existsSync(`${world.rootimgdir}/${imageFile()}`)).toBe(true);
  });

  test('a full disk: the published file is as it was, the message names the folder', async () => {
    renameSync(world.rootimgdir, `${world.base}/full`);
    mkdirSync(world.rootimgdir);
    const script = `mount -t tmpfs -o size=30m tmpfs image
cp -a full/. image/ 2>/dev/null; rm -f image/rootimg/large; mkdir image/rootimg/mnt
head -c 20000000 /dev/urandom >image/rootimg/noise
sha256sum image/rootimg.* | grep -v sha256$ >before
"$@"; echo "code $?"
sha256sum --check --quiet before && echo unchanged; ls -A image`;
    const child = start(['-m', method, '-c', 'zstd', 'myimg'], {}, [
      ...['unshare', '--mount', '--propagation', hostPropagation(), 'bash', '-c', script, 'bash'],
    ]);
    const { stdout, stderr } = await finish(child);
    expect(stdout).toContain('code 1\n');
    expect(stdout).toContain('unchanged\n');
    expect(stdout).not.toContain('.rootimg-tmp-');
    expect(stderr).toContain(`Error: There is no space left in ${world.rootimgdir}.`);
    expect(stderr).toContain('or keep fewer generations');
  });
});

test('kills at any moment of a pack: a reader always finds the published file, and always one that is whole', async () => {
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  shell(world.base, 'head -c 3000000 /dev/urandom >image/rootimg/large');
  world.write('home/config.yaml', 'packimage:\n  generations: 99\n');
  await world.define();
  const words = ['-m', 'squashfs', '-c', 'gzip', 'myimg'];
  const began = performance.now();
  expect(await finish(start(words))).toMatchObject({ code: 0 });
  const whole = performance.now() - began;
  const stop = readAgainAndAgain(`${world.rootimgdir}/rootimg.sfs`);
  const kills = amount(5, 10);
  for (let round = 0; round < kills; round++) {
    const child = start(words);
    const ended = finish(child);
    await Promise.race([setTimeout(whole * (0.3 + (0.72 / (kills - 1)) * round)), ended]);
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(`${world.rootimgdir}/rootimg.sfs`)).toBe(true);
  }
  expect(await finish(start(words))).toMatchObject({ code: 0 });
  const { rounds, missing, digests } = await stop();
  expect(missing).toBe(0);
  expect(rounds).toBeGreaterThan(20);
  // A pack is kept before it is published.
  const kept = readdirSync(`${world.rootimgdir}/generations`).map((number) =>
    digest(`${world.rootimgdir}/generations/${number}/rootimg.sfs`),
  );
  expect(digests.length).toBeGreaterThan(1);
  expect(kept).toEqual(expect.arrayContaining([...digests]));
  expect(leftovers()).toEqual([]);
});

/** Names in the published file, read by other programs. */
function members(): string[] {
  const file = `${world.rootimgdir}/${imageFile()}`;
  if (file.endsWith('.erofs')) {
    const out = `${world.base}/listed`;
    execFileSync('fsck.erofs', [`--extract=${out}`, '--overwrite', file]);
    return shell(out, 'find . -mindepth 1 -printf "%P\\n"').split('\n');
  }
  if (!file.endsWith('.sfs'))
    return shell(world.base, `bsdtar -tf '${file}'`)
      .split('\n')
      .map((name) => name.replace(/^\.\/|\/$/g, ''));
  return shell(world.base, `unsquashfs -l '${file}'`)
    .split('\n')
    .map((name) => name.replace('squashfs-root/', ''));
}

test.each(['cpio', 'tar', 'squashfs', 'erofs'])(
  '%s: another file system in the tree is named and what is on it, and under it, is not packed',
  async (method) => {
    makeSmallTree(`${world.rootimgdir}/rootimg`);
    world.write('image/rootimg/proc/under', '');
    await world.define();
    const script = `mount -t tmpfs tmpfs image/rootimg/proc; touch image/rootimg/proc/on
mkdir image/rootimg/srv; mount --bind image/rootimg/proc image/rootimg/srv; exec "$@"`;
    const { code, stderr } = await finish(
      start(['-m', method, ...(method === 'erofs' ? [] : ['-c', 'gzip']), 'myimg'], {}, [
        ...['unshare', '--mount', '--propagation', hostPropagation(), 'bash', '-c', script, 'bash'],
      ]),
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(
      'Another file system is mounted in the tree; what is on it is not packed: proc, srv.',
    );
    expect(members()).toContain('proc');
    expect(members().filter((name) => /^(proc|srv)\//.test(name))).toEqual([]);
  },
);

test('a tree that is mounted read-only is packed; that its xcatinfo stays is a warning', async () => {
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  world.write('image/rootimg/opt/xcat/xcatinfo', "IMAGEUUID='old'\n");
  await world.define();
  const script =
    'mount --bind image/rootimg image/rootimg; mount -o remount,bind,ro image/rootimg; exec "$@"';
  const { code, stderr } = await finish(
    start(['-c', 'gzip', 'myimg'], {}, [
      ...['unshare', '--mount', '--propagation', hostPropagation(), 'bash', '-c', script, 'bash'],
    ]),
  );
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/^Warning: .*opt\/xcat\/xcatinfo still tells of an earlier pack: EROFS/m);
  expect(stderr).not.toContain('Error');
  expect(existsSync(`${world.rootimgdir}/rootimg.cpio.gz`)).toBe(true);
  expect(world.published().filter((name) => name.startsWith('.rootimg-tmp'))).toEqual([]);
});

test('squashfs refuses a tree that holds marks of overlayfs, and hides whole folders and single files alike', async () => {
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  shell(
    `${world.rootimgdir}/rootimg`,
    'mknod var/mark c 0 0; mkdir -p a/b/c; touch a/b/c/d a/e; setfattr -n user.x -v y a',
  );
  await world.define({ exlist: world.write('x', './a/b*\n./usr/share/doc/*\n') });
  const refused = await world.run('packimage -m squashfs myimg');
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('var/mark in the image is a device 0, 0'),
  });
  shell(`${world.rootimgdir}/rootimg`, 'rm var/mark');
  const { code, stderr } = await world.run('packimage -m squashfs myimg');
  expect(code, stderr).toBe(0);
  expect(members()).toEqual(expect.arrayContaining(['a', 'a/e', 'usr/share/doc', 'xcatpost']));
  expect(members().filter((name) => /^a\/b|doc\//.test(name))).toEqual([]);
  const out = `${world.base}/out`;
  execFileSync('unsquashfs', ['-q', '-n', '-d', out, `${world.rootimgdir}/rootimg.sfs`]);
  expect(shell(out, 'getfattr -n user.x --only-values a')).toBe('y');
});
