import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bootFolders, buildVersion, expectPublished, markRollback, sha256Of } from './pack/built-image.ts';
import { makePackWorld, makeSmallTree, type PackWorld } from './pack/world.ts';

let world: PackWorld;

beforeEach(async () => {
  world = makePackWorld();
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  await world.define({}, { tftpdir: `${world.base}/tftp` });
  await packVersion('1.0');
  await packVersion('2.0');
});
afterEach(() => world.remove());

async function packVersion(version: string, initrdVersion = version): Promise<void> {
  buildVersion(world, version, initrdVersion);
  expect(await world.run('packimage -c gzip myimg')).toMatchObject({ code: 0 });
}
const kept = () => readdirSync(`${world.rootimgdir}/generations`).map(Number);

/** As after a kill between the last initrd and the first kernel. */
function killBeforeKernel(generation: number): void {
  for (const folder of bootFolders(world)) {
    rmSync(`${folder}/kernel`);
    for (const name of ['initrd-stateless.gz', 'initrd-statelite.gz'])
      copyFileSync(`${world.rootimgdir}/generations/${generation}/initrd-stateless.gz`, `${folder}/${name}`);
  }
  markRollback(world, generation);
}

test.each(['rootimg rollback myimg', 'packimage -c gzip myimg'])(
  '%s finishes a rollback that was killed when only the kernel was missing',
  async (line) => {
    killBeforeKernel(1);
    expect(await world.run(line)).toMatchObject({ code: 0 });
    expectPublished(world, '1.0', line.startsWith('rootimg') ? 1 : 3);
  },
);

test('a set that differs in its kernel alone comes back with its initrd', async () => {
  await packVersion('3.0', '2.0');
  expect(await world.run('rootimg rollback myimg')).toMatchObject({ code: 0 });
  expectPublished(world, '2.0', 2);
});

test('the tftp folder gets everything back, also when all of it was taken away', async () => {
  const [, tftp] = bootFolders(world);
  for (const name of readdirSync(tftp)) rmSync(`${tftp}/${name}`);
  expect(await world.run('rootimg rollback myimg')).toMatchObject({ code: 0 });
  expectPublished(world, '1.0', 1);
});

test('prune spares the set that a cut-off rollback still needs', async () => {
  await packVersion('2.0');
  killBeforeKernel(1);
  expect(await world.run('rootimg prune --keep 1 myimg')).toMatchObject({ code: 0 });
  expect(kept().sort()).toEqual([1, 3]);
  expect(await world.run('rootimg rollback myimg')).toMatchObject({ code: 0 });
  expectPublished(world, '1.0', 1);
});

test('a pack refuses to publish a root while a cut-off rollback cannot be finished', async () => {
  killBeforeKernel(1);
  rmSync(`${world.rootimgdir}/generations/1`, { recursive: true });
  const before = sha256Of(`${world.rootimgdir}/rootimg.cpio.gz`);
  expect(await world.run('packimage -c gzip myimg')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /In myimg a rollback to generation 1 was cut off, and that generation is gone\.\n.*rootimg rollback myimg n \(kept: 2\)/,
    ),
  });
  expect(sha256Of(`${world.rootimgdir}/rootimg.cpio.gz`)).toBe(before);
  expect(await world.run('rootimg rollback myimg 2')).toMatchObject({ code: 0 });
  expectPublished(world, '2.0', 2);
  expect(await world.run('packimage -c gzip myimg')).toMatchObject({ code: 0 });
});

test.each(['{', '{"generation":"one"}'])('a mark that says %j is no internal error', async (text) => {
  world.write('image/.rootimg-rollback.json', text);
  const lines = ['packimage -c gzip', 'rootimg prune --keep 1', 'rootimg rollback', 'rootimg history'];
  for (const line of lines) {
    const { code, stderr } = await world.run(`${line} myimg`);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Error: .*\.rootimg-rollback\.json cannot be read: .*\n.*rootimg rollback NAME n/,
    );
  }
  expect((await world.run('rootimg history myimg')).stdout).toMatch(/^\* {3}2 /);
  expect(kept()).toHaveLength(2);
  expect(await world.run('rootimg rollback myimg 1')).toMatchObject({ code: 0 });
  expectPublished(world, '1.0', 1);
});
