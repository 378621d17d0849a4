import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  buildVersion,
  expectPublished as expectSet,
  markRollback,
  publishedPack,
  sha256Of,
} from './pack/built-image.ts';
import { amount } from '../lib/amount.ts';
import { makePackWorld, makeSmallTree, type PackWorld } from './pack/world.ts';

let world: PackWorld;

beforeEach(async () => {
  world = makePackWorld();
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  await world.define({}, { tftpdir: `${world.base}/tftp` });
});
afterEach(() => world.remove());

const bin = join(import.meta.dirname, '../../bin');

const build = (version: string) => buildVersion(world, version);

async function run(line: string): Promise<string> {
  const { code, stdout, stderr } = await world.run(line);
  expect(stderr).not.toContain('Error');
  expect(code, stderr).toBe(0);
  return stdout;
}

const pack = () => publishedPack(world);
const numbers = () =>
  readdirSync(`${world.rootimgdir}/generations`)
    .map(Number)
    .sort((a, b) => a - b);
const expectPublished = (version: string, generation: number) => expectSet(world, version, generation);

test('every pack is kept as files of its own, three of them unless told otherwise', async () => {
  build('1.0');
  for (let round = 1; round <= 5; round++) {
    await run('packimage -c gzip myimg');
    expect(pack().generation).toBe(round);
  }
  expect(numbers()).toEqual([3, 4, 5]);
  const names = [
    ...['initrd-stateless.gz', 'kernel', 'manifest.json'],
    'rootimg.cpio.gz',
    'rootimg.cpio.gz.sha256',
  ];
  for (const name of names) {
    const [kept, published] = [`generations/5/${name}`, name].map((one) =>
      statSync(`${world.rootimgdir}/${one}`),
    );
    expect(sha256Of(`${world.rootimgdir}/generations/5/${name}`)).toBe(
      sha256Of(`${world.rootimgdir}/${name}`),
    );
    expect(kept).toMatchObject({ nlink: 1, mode: published!.mode });
    expect(kept!.ino).not.toBe(published!.ino);
  }
  const shown = await run('rootimg history myimg');
  expect(shown.split('\n')).toEqual([
    expect.stringMatching(/^\* {3}5 {2}20.*rootimg\.cpio\.gz.* MB {2}1\.0 {2}[0-9a-f-]{36}$/),
    expect.stringMatching(/^ {4}4 /),
    expect.stringMatching(/^ {4}3 /),
    '',
  ]);
  world.write('home/config.yaml', 'packimage:\n  method: tar\n  compress: zstd\n  generations: 1\n');
  expect(await run('packimage myimg')).toContain('archive method:tar\ncompress method:zstd\n');
  expect(numbers()).toEqual([6]);
  world.write('home/config.yaml', 'packimage:\n  generations: 0\n');
  await run('packimage myimg');
  expect(pack().generation).toBe(undefined);
  expect(numbers()).toEqual([6]);
});

test('a rollback publishes the whole set again, with the kernel it was packed beside', async () => {
  build('1.0');
  await run('packimage -m tar -c gzip myimg');
  build('2.0');
  await run('packimage -m squashfs -c zstd myimg');
  await run('packimage -m erofs myimg');
  expectPublished('2.0', 3);
  expect(await run('rootimg rollback myimg')).toContain('myimg: generation 2 is published.\n');
  expectPublished('2.0', 2);
  await run('rootimg rollback myimg');
  expectPublished('1.0', 1);
  expect(await world.run('rootimg rollback myimg')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no older generation of myimg'),
  });
  expect(await world.run('rootimg rollback myimg 9')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Kept: 1, 2, 3.'),
  });
  expect((await world.run('rootimg rollback myimg x')).code).toBe(2);
  await run('rootimg rollback myimg 3');
  expectPublished('2.0', 3);
});

test('a pack is refused when the tree has no modules of the published kernel, numbers are never given twice', async () => {
  build('1.0');
  await run('packimage -c gzip myimg');
  build('2.0');
  await run('packimage -c gzip myimg');
  await run('rootimg rollback myimg');
  await run('packimage -c gzip myimg');
  expect(pack().generation).toBe(3);
  await run('rootimg rollback myimg 2');
  readdirSync(`${world.rootimgdir}/rootimg/lib/modules`);
  const { rmSync } = await import('node:fs');
  rmSync(`${world.rootimgdir}/rootimg/lib/modules/2.0`, { recursive: true });
  expect(await world.run('packimage -c gzip myimg')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is 2.0, but the tree has the modules of 1.0.'),
  });
  expectPublished('2.0', 2);
});

test('a damaged set is refused with the file that differs, and nothing is changed', async () => {
  build('1.0');
  await run('packimage -c gzip myimg');
  build('2.0');
  await run('packimage -c gzip myimg');
  writeFileSync(`${world.rootimgdir}/generations/1/kernel`, 'spoiled');
  writeFileSync(`${world.rootimgdir}/generations/1/rootimg.cpio.gz`, 'spoiled');
  const { code, stderr } = await world.run('rootimg rollback myimg');
  expect(code).toBe(1);
  expect(stderr).toContain('generations/1/kernel is not what was packed');
  expect(stderr).toContain('generations/1/rootimg.cpio.gz is not what was packed');
  expectPublished('2.0', 2);
});

test('prune spares the published set and those that boot entries point at', async () => {
  build('1.0');
  world.write('home/config.yaml', 'packimage:\n  generations: 9\n');
  for (let round = 1; round <= 6; round++) await run('packimage -c gzip myimg');
  await run('rootimg rollback myimg 2');
  const entries = (list: unknown) => world.write('image/boot-entries.json', JSON.stringify(list));
  const entry = world.write('entry', '');
  entries({
    version: 1,
    entries: [
      { file: entry, generation: 1 },
      { file: `${world.base}/gone`, generation: 3 },
    ],
  });
  expect(await run('rootimg prune --keep 2 myimg')).toBe('myimg: removed generation 3, 4.\n');
  expect(numbers()).toEqual([1, 2, 5, 6]);
  expect(await run('rootimg history myimg')).toMatch(/^ {4}1 .*boot entries: 1$/m);
  expect(await run('rootimg prune myimg')).toBe('myimg: nothing to remove.\n');
  entries({ version: 7 });
  expect((await world.run('rootimg prune --keep 0 myimg')).stderr).toContain(
    'boot-entries.json cannot be read',
  );
  expect(numbers()).toEqual([1, 2, 5, 6]);
});

function begin(...words: string[]): ChildProcess {
  return spawn(process.execPath, [join(bin, 'rootimg'), ...words], {
    cwd: world.base,
    env: { ...process.env, ROOTIMG_HOME: `${world.base}/home` },
    stdio: 'ignore',
  });
}

/**
 * Reads again and again as a node does, and ends with 1 at the first moment at which a kernel is there with
 * what belongs to another.
 */
const reader = `
const { readFileSync } = require('node:fs');
const [folder] = process.argv.slice(1);
const version = (name) => { try { return /(\\d\\.\\d)/.exec(readFileSync(folder + '/' + name, 'latin1'))?.[1]; } catch { return undefined; } };
process.on('SIGTERM', () => { console.log(rounds); process.exit(0); });
let rounds = 0;
const look = () => {
  for (let n = 0; n < 50; n++) {
    const before = version('kernel');
    const seen = [version('initrd-stateless.gz'), version('rootimg.tar.gz')];
    rounds += 1;
    if (before === undefined || before !== version('kernel')) continue;
    if (seen.some((one) => one !== before)) { console.log('kernel', before, 'with', ...seen); process.exit(1); }
  }
  setImmediate(look);
};
look();`;

test('at no moment, kills included, is a kernel there with another one’s initrd or root; what was cut off is finished', async () => {
  // The root says its version at its very beginning: no compression, which rollback does not look at.
  build('1.0');
  await run('packimage -m tar -c gzip myimg');
  build('2.0');
  await run('packimage -m tar -c gzip myimg');
  const { rewriteRoots } = await import('./pack/versioned-roots.ts');
  rewriteRoots(world.rootimgdir, ['1.0', '2.0']);
  const child = spawn(process.execPath, ['-e', reader, world.rootimgdir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  const began = performance.now();
  await once(begin('rollback', 'myimg', '1'), 'close');
  const whole = performance.now() - began;
  const kills = amount(6, 12);
  for (let round = 0; round < kills; round++) {
    const wanted = 1 + ((round + 1) % 2);
    const running = begin('rollback', 'myimg', String(wanted));
    const ended = once(running, 'close');
    await Promise.race([setTimeout(whole * (0.4 + (0.66 / (kills - 1)) * round)), ended]);
    running.kill('SIGKILL');
    await ended;
    // Killed after the manifest, nothing but the mark is left to remove.
    const isMarked = existsSync(`${world.rootimgdir}/.rootimg-rollback.json`);
    const isUnderWay = isMarked && pack().generation !== wanted;
    if (isUnderWay) {
      const shown = await world.run('rootimg history myimg');
      expect(shown.stderr).toContain(`a rollback to generation ${wanted} was cut off`);
      await run('rootimg rollback myimg');
    } else await run(`rootimg rollback myimg ${wanted}`);
    expectPublished(`${wanted}.0`, wanted);
  }
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  expect(await closed, said).toEqual([0, null]);
  expect(Number(said)).toBeGreaterThan(50);
});

test('a pack finishes a rollback that was cut off, and forgets one that a build has overtaken', async () => {
  build('1.0');
  await run('packimage -c gzip myimg');
  build('2.0');
  await run('packimage -c gzip myimg');
  const mark = () => markRollback(world, 1);
  mark();
  expect(await run('packimage -c gzip myimg')).toContain(
    'Finished a rollback to generation 1 that was cut off.\n',
  );
  expectPublished('1.0', 3);
  mark();
  build('2.0');
  expect(await run('packimage -c gzip myimg')).not.toContain('Finished');
  expectPublished('2.0', 4);
});
