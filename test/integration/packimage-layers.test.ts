import { existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { amount } from '../lib/amount.ts';
import type { Described } from './pack/describe-tree.ts';
import { buildVersion, publishedPack, sha256Of } from './pack/built-image.ts';
import { layersOf, seenByNodes } from './pack/stack.ts';
import { makeHardTree, makePackWorld, type PackWorld, shell } from './pack/world.ts';

let world: PackWorld;
let tree: string;

beforeEach(async () => {
  world = makePackWorld();
  tree = `${world.rootimgdir}/rootimg`;
  makeHardTree(tree);
  // What has just changed would be packed again.
  await setTimeout(200);
  await world.define();
});
afterEach(() => world.remove());

async function run(line: string): Promise<string> {
  const { code, stdout, stderr } = await world.run(line);
  expect(code, stderr).toBe(0);
  return stdout;
}

/** What one whole pack of the same tree shows. */
async function seenOfWhole(format: string, env = {}): Promise<Map<string, Described>> {
  const other = makePackWorld();
  try {
    symlinkSync(tree, `${other.rootimgdir}/rootimg`);
    await other.define();
    const { code, stderr } = await other.run(`packimage -m ${format} myimg`, env);
    expect(code, stderr).toBe(0);
    return seenByNodes(other.rootimgdir, [publishedPack(other).file]);
  } finally {
    other.remove();
  }
}

/** All but what tells one pack from another, and the time of what each pack makes. */
function comparable(seen: Map<string, Described>): [string, Described][] {
  return [...seen]
    .filter(([path]) => path !== 'opt/xcat/xcatinfo')
    .map(([path, what]) => [path, path === 'etc/shadow' ? { ...what, time: 0 } : what]);
}

test.each(['squashfs', 'erofs'])('layers of %s show what one whole pack would', async (format) => {
  await run(`packimage --layers -m ${format} myimg`);
  expect(layersOf(world.rootimgdir)).toHaveLength(1);
  const edits = [
    // One byte in place, size and time as before.
    'cd usr/share/doc; touch -r top.txt /tmp/stamp-$$; printf y | dd of=top.txt conv=notrunc status=none; touch -r /tmp/stamp-$$ top.txt; rm /tmp/stamp-$$',
    'setfattr -n user.later -v 1 bin/sh; chown 5:5 usr/share/zoneinfo; : >etc/new; ln -sf other etc/link; ln etc/link etc/linked',
    'echo more >>etc/a.conf; rm -r usr/share/doc/drop; setcap cap_net_admin+ep usr/bin/ping; chmod 600 etc/b.conf',
    'rm etc/b.conf; mkdir etc/b.conf; echo x >etc/b.conf/x; mv home/u1 home/u2; rm -r many; echo file >many; mknod dev/zero c 1 5',
    'rm many; mkdir many; echo y >many/y; ln odd/long-link odd/longer-link; rm odd/xattrs; setfattr -n user.new -v 1 odd/b3; chown 7:8 odd',
    // A folder whose default ACL those in it do not have.
    'mkdir etc/acl etc/acl/in; echo a >etc/acl/in/plain; echo b >etc/acl/plain; setfacl -d -m u:7:rwx etc/acl etc/acl/in; setfacl -m g:9:r odd/b3',
    'rm odd/longer-link; rm -r usr/share/zoneinfo/US; ln -s /etc usr/share/zoneinfo/US; touch -d 1999-01-01 etc/empty; setfattr -x user.new odd/b3',
  ];
  // In the short form after every other one, the last one among them.
  for (const [index, edit] of edits.entries()) {
    shell(tree, edit);
    await run(`packimage --layers -m ${format} myimg`);
    expect(layersOf(world.rootimgdir)).toHaveLength(index + 2);
    if ((edits.length - 1 - index) % amount(2, 1) !== 0) continue;
    const seen = comparable(seenByNodes(world.rootimgdir));
    expect(seen).toEqual(comparable(await seenOfWhole(format)));
  }
  const pack = publishedPack(world);
  expect(pack.file).toBe('rootimg.layers');
  expect(pack.sha256).toBe(sha256Of(`${world.rootimgdir}/rootimg.layers`));
  expect(pack.layers).toHaveLength(edits.length + 1);
  for (const { file, sha256, size } of pack.layers) {
    expect(sha256Of(`${world.rootimgdir}/${file}`)).toBe(sha256);
    expect(statSync(`${world.rootimgdir}/${file}`)).toMatchObject({ size });
    expect(file).toContain(sha256.slice(0, 32));
  }
  expect(JSON.parse(readFileSync(`${world.rootimgdir}/manifest.json`, 'utf8')).schema).toBe(2);
  expect(pack.memoryBytes).toBeGreaterThanOrEqual(
    pack.layers.reduce((sum: number, { size }: { size: number }) => sum + size, 0),
  );
  expect(existsSync(`${world.rootimgdir}/rootimg.sfs`)).toBe(false);
  if (format === 'squashfs')
    expect(layersOf(world.rootimgdir).map(blockSize)).toEqual(blockSizes(edits.length));
});

/** As the superblock says. */
const blockSize = (name: string) => readFileSync(`${world.rootimgdir}/${name}`).readUInt32LE(12);

/** Of a base and of layers that have next to nothing. */
const blockSizes = (layers: number) => [131072, ...Array.from({ length: layers }, () => 4096)];

test.each(['xz', 'zstd'])('a layer has small blocks with %s too', async (compressor) => {
  await run(`packimage --layers -m squashfs -c ${compressor} myimg`);
  // Several blocks of each kind: of content, of fragments, and a file that is no whole number of them.
  shell(tree, 'seq 60000 >etc/long; for each in 1 2 3 4 5 6; do seq $each 700 >etc/short$each; done');
  await run(`packimage --layers -m squashfs -c ${compressor} myimg`);
  const [base, layer] = layersOf(world.rootimgdir).map(blockSize);
  expect([base, layer]).toEqual([131072, 8192]);
  expect(comparable(seenByNodes(world.rootimgdir))).toEqual(comparable(await seenOfWhole('squashfs')));
});

test('reproducible packs have no layer twice, and times no later than the last SOURCE_DATE_EPOCH', async () => {
  shell(
    tree,
    'find . -newermt 2022-01-01 -exec touch -h -d 2022-01-01 {} +; touch -h -d 2024-05-05 etc/b.conf',
  );
  await setTimeout(200);
  const packed = async (line: string, epoch = '1720000000') => {
    shell(tree, `${line}; touch -d 2022-01-01 etc/a.conf`);
    await setTimeout(200);
    const env = { SOURCE_DATE_EPOCH: epoch };
    const { code, stderr } = await world.run('packimage --layers --reproducible -m squashfs myimg', env);
    expect(code, stderr).toBe(0);
    return env;
  };
  const isAsWhole = async (env: Record<string, string>) => {
    const whole = await seenOfWhole('squashfs', env);
    expect(comparable(seenByNodes(world.rootimgdir))).toEqual(comparable(whole));
  };
  await packed(':');
  await packed('echo 1 >etc/a.conf');
  await packed('echo 2 >etc/a.conf');
  const [base, one, two] = layers();
  const env = await packed('echo 1 >etc/a.conf');
  expect(layers()).toEqual([base, two, one]);
  await isAsWhole(env);
  await isAsWhole(await packed(':', '1700000000'));
});

const pack = () => publishedPack(world);
const layers = () => layersOf(world.rootimgdir);
const inode = (path: string) => statSync(`${world.rootimgdir}/${path}`).ino;
const edit = (script: string) => void shell(tree, script);

test('generations are the very files that are published, and rollback and prune leave each whole', async () => {
  world.write('home/config.yaml', 'packimage:\n  method: squashfs\n  layers: true\n  generations: 3\n');
  buildVersion(world, '1.0', '1.0', ['layers']);
  for (const round of [1, 2, 3]) {
    edit(`echo ${round} >etc/a.conf`);
    await run('packimage myimg');
    expect(pack().generation).toBe(round);
  }
  const first = layersOf(`${world.rootimgdir}/generations/1`);
  expect(layers().slice(0, 1)).toEqual(first);
  expect(layers()).toHaveLength(3);
  for (const [index, name] of layers().entries()) {
    for (let number = 3; number > index; number--)
      expect(inode(`generations/${number}/${name}`)).toBe(inode(name));
  }
  for (const name of ['kernel', 'initrd-stateless.gz']) {
    expect(inode(`generations/1/${name}`)).toBe(inode(`generations/3/${name}`));
    expect(inode(`generations/3/${name}`)).not.toBe(inode(name));
  }
  const shown = (await run('rootimg history myimg')).split('\n');
  expect(shown[0]).toMatch(/^\* {3}3 .* rootimg\.layers \(3\) .* MB/);

  await run('rootimg rollback myimg 1');
  expect(layers()).toEqual(first);
  expect(world.published().filter((name) => name.startsWith('rootimg-'))).toEqual(first);
  edit('echo 4 >etc/a.conf; rm etc/empty');
  await run('packimage myimg');
  expect(layers()).toHaveLength(2);
  expect(layers().slice(0, 1)).toEqual(first);
  expect(comparable(seenByNodes(world.rootimgdir))).toEqual(comparable(await seenOfWhole('squashfs')));

  await run('rootimg prune --keep 1 myimg');
  expect(comparable(seenByNodes(world.rootimgdir))).toEqual(comparable(await seenOfWhole('squashfs')));
  const { code, stderr } = await world.run('rootimg rollback myimg 1');
  expect([code, stderr]).toEqual([1, expect.stringContaining('There is no generation 1')]);
});

test('a generation of which a layer is spoilt is not published', async () => {
  await run('packimage --layers myimg');
  edit('echo 2 >etc/a.conf');
  await run('packimage --layers --rebase myimg');
  const [base = ''] = layersOf(`${world.rootimgdir}/generations/1`);
  const before = layers();
  shell(`${world.rootimgdir}/generations/1`, `printf x | dd of=${base} bs=1 seek=3000 conv=notrunc 2>&1`);
  const { code, stderr } = await world.run('rootimg rollback myimg 1');
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining(`generations/1/${base} is not what was packed`),
  ]);
  expect(layers()).toEqual(before);
});

test('a new base is packed when the layers get too many or too large, when it is asked for, and when it must be', async () => {
  const config = (text: string) => void world.write('home/config.yaml', `packimage:\n  ${text}\n`);
  /** Whether a new base is packed after a change, and why. */
  const reason = async (line = 'packimage myimg'): Promise<string | undefined> => {
    const before = layers();
    edit('date +%N >>etc/a.conf');
    const stdout = await run(line);
    const isNew = layers().length === 1;
    expect(layers().slice(0, -1)).toEqual(isNew ? [] : before);
    const said = /as a new base: (.*)\.$/m.exec(stdout)?.[1];
    expect(said !== undefined).toBe(isNew);
    return said;
  };
  config('layers: { number: 2, share: 1000 }');
  expect(await run('packimage myimg')).toContain('as a new base: what is published is not in layers.');
  expect([await reason(), await reason()]).toEqual([undefined, undefined]);
  expect(await reason()).toBe('it has 2 layers, and 2 are the most');
  config('layers: { share: 20 }');
  expect(await reason()).toBe(undefined);
  edit('head -c 3000000 /dev/urandom >etc/large');
  expect(await reason()).toBe('layers would take more than 20% of its size');
  expect(await reason('packimage --rebase myimg')).toBe('it was asked for');
  expect(await reason('packimage -m erofs myimg')).toBe('the published layers are squashfs');
  expect(await reason('packimage -m erofs -c lz4hc myimg')).toBe(undefined);
  expect(await reason()).toBe('the published layers are erofs');
  const [base = ''] = layers();
  shell(world.rootimgdir, `printf x | dd of=${base} bs=1 seek=3000 conv=notrunc 2>&1`);
  expect(await reason()).toBe(`${world.rootimgdir}/${base} is not what was packed`);
  shell(world.rootimgdir, 'echo >.rootimg-members');
  expect(await reason()).toBe('nothing is known of the members of what is published');
  expect(comparable(seenByNodes(world.rootimgdir))).toEqual(comparable(await seenOfWhole('squashfs')));

  await run('packimage -m cpio -c gzip myimg');
  expect(world.published().filter((name) => /^(rootimg-|\.rootimg|rootimg\.)/.test(name))).toEqual([
    'rootimg.cpio.gz',
    'rootimg.cpio.gz.sha256',
  ]);
});

test('what cannot be packed in layers is refused with the reason', async () => {
  const refused = async (line: string) => {
    const { code, stderr } = await world.run(line);
    expect(code).toBe(1);
    return stderr;
  };
  for (const method of ['cpio', 'tar']) {
    expect(await refused(`packimage --layers -m ${method} myimg`)).toMatch(
      new RegExp(
        `Error: ${method} cannot be packed in layers: nodes unpack it.*\\n.*-m squashfs or -m erofs`,
      ),
    );
  }
  expect(await refused('packimage --rebase myimg')).toContain('--rebase goes with --layers');
  world.write('home/config.yaml', 'packimage:\n  method: tar\n  layers: true\n');
  expect(await refused('packimage myimg')).toMatch(/config\.yaml:3: tar cannot be packed in layers/);
  world.write('home/config.yaml', 'packimage:\n  layers: yes please\n');
  expect(await refused('packimage myimg')).toContain(
    "'packimage.layers': true, or share: and number: (at most 100) are expected",
  );
  world.write('home/config.yaml', '');
  buildVersion(world, '1.0');
  expect(await refused('packimage --layers myimg')).toMatch(
    /The initrd of myimg cannot boot an image in layers\.\n.*genimage --onlyinitrd myimg; or pack without layers, as with -m cpio/,
  );
  expect(world.published().filter((name) => name.startsWith('rootimg'))).toEqual(['rootimg']);
});

test('entries, bundles and rmimage know layers', async () => {
  buildVersion(world, '1.0', '1.0', ['layers']);
  await run('packimage --layers myimg');
  edit('head -c 300000 /dev/urandom >etc/a.conf');
  await run('packimage --layers myimg');
  const { stdout } = await world.run('rootimg netboot myimg --server 10.0.0.1');
  const bytes = pack().layers.reduce((sum: number, { size }: { size: number }) => sum + size, pack().size);
  expect(stdout.split(' ')).toEqual([
    expect.stringMatching(/^imgurl=http:\/\/10\.0\.0\.1\/.*\/generations\/2\/rootimg\.layers$/),
    `imgsha256=${pack().sha256}`,
    `imgneed=${Math.ceil(bytes / 1024 ** 2)}+0\n`,
  ]);
  const exported = await world.run('imgexport myimg');
  expect([exported.code, exported.stderr]).toEqual([1, expect.stringContaining('myimg is packed in layers')]);
  const diff = await world.run('rootimg diff myimg@1 myimg@2');
  expect([diff.code, diff.stdout]).toEqual([1, expect.stringContaining('etc/a.conf')]);
  expect(diff.stdout).not.toContain('etc/b.conf');
  const [base, layer] = layers();
  expect(await run('rootimg why myimg /etc/b.conf')).toContain(`\n  published in the base: ${base}\n`);
  expect(await run('rootimg why myimg /etc/a.conf')).toContain(`\n  published in layer 1 of 1: ${layer}\n`);
  expect(await run('rootimg why myimg /etc/none')).not.toContain('published');
  await run('rmimage --force myimg');
  expect(world.published()).toEqual([]);
});
