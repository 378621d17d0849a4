import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildVersion, publishedPack } from './pack/built-image.ts';
import { makePackWorld, makeSmallTree, type PackWorld } from './pack/world.ts';

let world: PackWorld;
/** IMAGEUUID of the first pack of each image. */
const first: Record<string, string> = {};

const initrdIds = { now: 'b'.repeat(64), earlier: 'a'.repeat(64) };

/** What the next build would leave of the same tree, with an initrd that tells this id. */
function build(version = '5.14.0-1', id = initrdIds.now): void {
  const path = `${world.rootimgdir}/manifest.json`;
  const { pack } = JSON.parse(readFileSync(path, 'utf8'));
  buildVersion(world, version);
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  manifest.build.initrd.id = id;
  writeFileSync(path, JSON.stringify({ ...manifest, pack }));
}

/** What a node says. */
function report(node: string, said: Readonly<Record<string, string>>): string {
  return Object.entries({ image: 'myimg', ...said })
    .map(([key, value]) => `${node}: ${key}=${value}\n`)
    .join('');
}

async function stale(...reports: readonly string[]) {
  world.write('booted.txt', reports.join(''));
  return world.run(`rootimg stale --reports ${world.base}/booted.txt`);
}

beforeAll(async () => {
  world = makePackWorld();
  world.write('home/config.yaml', 'packimage:\n  generations: 9\n');
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  await world.define();
  buildVersion(world, '5.14.0-1');
  await world.run('packimage -m tar -c gzip myimg');
  first['myimg'] = publishedPack(world).uuid;
  const other = `${world.base}/other`;
  execFileSync('cp', ['-a', world.rootimgdir, other]);
  execFileSync('sed', ['-i', 's/"myimg"/"other"/', `${other}/manifest.json`]);
  await world.run(`mkdef -t osimage -o other --template myimg rootimgdir=${other}`);
  await world.run('packimage -m tar -c gzip other');
  first['other'] = JSON.parse(readFileSync(`${other}/manifest.json`, 'utf8')).pack.uuid;
});
afterAll(() => world.remove());

const uuid = (image = 'myimg') => ({ image, uuid: first[image] ?? '' });

const contentOf = (number: number) => `${world.rootimgdir}/generations/${number}/rootimg-content.json`;
const uuidOf = (number: number): string =>
  JSON.parse(readFileSync(`${world.rootimgdir}/generations/${number}/manifest.json`, 'utf8')).pack.uuid;

test('the same tree packed again, in each form, changes no node, and no pack reads it for that', async () => {
  for (const form of ['cpio -c zstd', 'squashfs', 'erofs', 'tar -c gzip']) {
    expect(await world.run(`packimage -m ${form} myimg`)).toMatchObject({ code: 0 });
  }
  expect([1, 2, 3, 4, 5].map(contentOf).filter(existsSync)).toEqual([]);
  const nodes = [1, 2, 3, 4, 5].map((number) => report(`n${number}`, { uuid: uuidOf(number) }));
  expect(await stale(...nodes, report('o1', uuid('other')))).toEqual({
    code: 0,
    stdout: 'same: 5 nodes of myimg\n  n1,n2,n3,n4,n5\nsame: 1 node of other\n  o1\n',
    stderr: '',
  });
  expect([1, 2, 3, 4, 5].map(contentOf).filter(existsSync)).toHaveLength(5);
});

test('what a pack holds is found out once; what cannot be is told', async () => {
  const packed = `${world.rootimgdir}/generations/2/rootimg.cpio.zst`;
  const whole = readFileSync(packed);
  const node = report('n1', { uuid: uuidOf(2) });
  writeFileSync(packed, 'damaged');
  expect(await stale(node)).toMatchObject({ code: 0 });

  writeFileSync(contentOf(2), readFileSync(contentOf(2), 'utf8').replace(/"packed": ".../, '"packed": "xyz'));
  const damaged = await stale(node);
  expect(damaged).toMatchObject({ code: 2, stderr: '' });
  expect(damaged.stdout).toContain(`  files: not compared (${packed} is not what its manifest tells of)\n`);

  writeFileSync(packed, whole);
  vi.stubEnv('TMPDIR', `${world.base}/nowhere`);
  const homeless = await stale(node);
  vi.unstubAllEnvs();
  expect(homeless).toMatchObject({ code: 2, stderr: '' });
  expect(homeless.stdout).toMatch(/^unknown: 1 node of myimg@2 → myimg\n {2}files: not compared \(.*nowhere/);

  // Where the answer cannot be kept it is found out all the same.
  rmSync(contentOf(2));
  mkdirSync(contentOf(2));
  expect(await stale(node)).toMatchObject({ code: 0, stderr: '' });
});

test('one file changed: exactly the nodes of its image', async () => {
  writeFileSync(`${world.rootimgdir}/rootimg/usr/bin/app`, 'apq\n');
  await world.run('packimage -m tar -c gzip myimg');
  const { code, stdout } = await stale(
    ...[
      report('n1', { uuid: uuidOf(5) }),
      report('n2', { uuid: uuidOf(6) }),
      report('n3', { uuid: uuidOf(5) }),
    ],
    report('o1', uuid('other')),
  );
  expect(code).toBe(1);
  expect(stdout.split('\n')).toEqual([
    'stale: 2 nodes of myimg@5 → myimg',
    '  files: /usr/bin',
    '  n1,n3',
    'same: 1 node of myimg',
    '  n2',
    'same: 1 node of other',
    '  o1',
    '',
  ]);
});

test('one bit that lets a file run as its owner, in a form whose tool loses it', async () => {
  await world.run('packimage -m erofs myimg');
  chmodSync(`${world.rootimgdir}/rootimg/usr/bin/app`, 0o755);
  await world.run('packimage -m erofs myimg');
  const { stdout } = await stale(report('n1', { uuid: uuidOf(7) }));
  expect(stdout).toBe('stale: 1 node of myimg@7 → myimg\n  files: /usr/bin\n  n1\n');
});

test('kernel, initrd and kernel line are compared too', async () => {
  build('5.14.0-1', initrdIds.now);
  const now = { uuid: publishedPack(world).uuid as string };
  await world.run('chdef -t osimage -o myimg addkcmdline=quiet');
  const line = 'imgurl=http://m/rootimg.tar.gz quiet console=ttyS0 BOOTIF=01-aa';
  const { code, stdout } = await stale(
    report('n1', { ...now, release: '5.14.0-1', initrd: initrdIds.now, line }),
    report('n2', { ...now, release: '5.14.0-0', line }),
    report('n3', { ...now, initrd: initrdIds.earlier, line }),
    report('n4', { ...now, line: 'imgurl=http://m/rootimg.tar.gz' }),
    report('n5', { ...now, kernel: 'c'.repeat(64), line }),
  );
  expect(code).toBe(1);
  for (const words of [
    'kernel: 5.14.0-0 → 5.14.0-1\n  n2\n',
    'initrd: another one\n  n3\n',
    'kernel line: + quiet\n  n4\n',
    'kernel: another build of 5.14.0-1\n  n5\n',
    'same: 1 node of myimg\n  n1\n',
  ]) {
    expect(stdout).toContain(words);
  }
});

test('a node whose line names a kept set gets that as long as a boot entry points at it', async () => {
  await world.run('rootimg netboot --server 10.0.0.1 myimg');
  const { generation, uuid: booted } = publishedPack(world);
  const entry = readFileSync(`${world.rootimgdir}/netboot/myimg.ipxe`, 'utf8');
  const line = /imgurl=.*quiet|quiet.*/.exec(entry)?.[0] ?? '';
  expect(line).toContain(`/generations/${generation}/`);
  const node = report('n1', { uuid: booted, line });
  writeFileSync(`${world.rootimgdir}/rootimg/usr/bin/app`, 'apr\n');
  await world.run('packimage -m erofs myimg');
  expect(await stale(node)).toMatchObject({ code: 0 });
  await world.run('rootimg netboot --server 10.0.0.1 myimg');
  const after = await stale(node, report('n2', { uuid: booted, line: `debug ${line}` }));
  expect(after.code).toBe(1);
  expect(after.stdout).toContain(
    `stale: 1 node of myimg@${generation} → myimg@${generation + 1}\n  files: /usr/bin\n  n1\n`,
  );
  expect(after.stdout).toContain('  kernel line: - debug\n  n2\n');
});

test('what is not known is told, with exit code 2', async () => {
  const gone = uuidOf(1);
  await world.run('rootimg prune myimg --keep 3');
  const { code, stdout } = await stale(
    report('n1', { uuid: gone }),
    report('n2', { image: 'nowhere', uuid: 'x\u001b[2J' }),
    'n3: cat: /run/rootimg/booted: No such file or directory\nno node at all\n',
  );
  expect(code).toBe(2);
  expect(stdout).toContain(
    `unknown: 1 node of myimg\n  IMAGEUUID ${gone} is of no pack that is kept\n  n1\n`,
  );
  expect(stdout).toContain(
    "unknown: 1 node of nowhere\n  Cannot find image 'nowhere' among the osimage definitions.\n  n2\n",
  );
  expect(stdout).toContain('unknown: 1 node\n  it does not say which image it runs\n  n3\n');
  expect(await world.run('rootimg stale')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Name nodes'),
  });
  expect(await world.run('rootimg stale --reports /nowhere')).toMatchObject({ code: 2 });
  expect(await stale('nothing\n')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('has no report'),
  });
});

test('ten thousand reports, as JSON', async () => {
  const now = { uuid: publishedPack(world).uuid as string, line: 'quiet' };
  const nodes = Array.from({ length: 10_000 }, (_, index) => `n${index + 1}`);
  world.write(
    'booted.txt',
    nodes.map((node, index) => report(node, index % 100 === 7 ? { ...now, uuid: uuidOf(8) } : now)).join(''),
  );
  const { code, stdout } = await world.run(`rootimg stale --json --reports ${world.base}/booted.txt`);
  expect(code).toBe(1);
  const { schema, groups } = JSON.parse(stdout);
  expect(schema).toBe(1);
  expect(
    groups.map((group: { image: string; state: string; nodes: string[] }) => [
      group.image,
      group.state,
      group.nodes.length,
    ]),
  ).toEqual([
    ['myimg', 'stale', 100],
    ['myimg', 'same', 9900],
  ]);
});
