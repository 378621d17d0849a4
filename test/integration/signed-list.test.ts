import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildVersion, markRollback } from './pack/built-image.ts';
import { makePackWorld, makeSmallTree, type PackWorld, shell } from './pack/world.ts';

let world: PackWorld;

beforeEach(async () => {
  world = makePackWorld();
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  await world.define({}, { tftpdir: `${world.base}/tftp` });
  shell(
    world.base,
    'openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key; openssl pkey -in key -pubout -out pem',
  );
  buildVersion(world, '1.0');
});
afterEach(() => world.remove());

async function run(line: string, env: Record<string, string> = {}): Promise<string> {
  const { code, stderr } = await world.run(line, env);
  expect(code, stderr).toBe(0);
  return stderr;
}
const pack = () => run('packimage -c gzip myimg');

/** A list of the form before lists named an image. */
const signOld = () =>
  shell(
    world.rootimgdir,
    'cp rootimg.cpio.gz.sha256 rootimg.sums; openssl dgst -sha256 -sign ../key -out rootimg.sums.sig rootimg.sums',
  );
const sign = () => run(`rootimg sign --key ${world.base}/key myimg`);

/** As a node does it: the signature first, then the digest. */
function expectSigned(): void {
  shell(
    world.rootimgdir,
    'openssl dgst -sha256 -verify ../pem -signature rootimg.sums.sig rootimg.sums; sha256sum --check --quiet rootimg.sums',
  );
}
const lists = () => world.published().filter((name) => name.startsWith('rootimg.sums'));
const warning = /Warning: rootimg\.sums was signed for another image and is removed: .*docs\/booting\.md/;

test('a pack takes the signed list of the image before away and says so; a rollback brings it back', async () => {
  expect(await pack()).not.toContain('rootimg.sums');
  await sign();
  const list = readFileSync(`${world.rootimgdir}/rootimg.sums.sig`);
  expect(await pack()).toMatch(warning);
  expect(lists()).toEqual([]);
  expect(await run('rootimg rollback myimg')).not.toContain('Warning');
  expectSigned();
  expect(readFileSync(`${world.rootimgdir}/rootimg.sums.sig`)).toEqual(list);
  expect(await run('rootimg rollback myimg 2')).toMatch(warning);
  expect(lists()).toEqual([]);
  await sign();
  expect(await run('rootimg rollback myimg 1')).not.toContain('Warning');
  expectSigned();
  expect(await run('rootimg rollback myimg 2')).not.toContain('Warning');
  expectSigned();
});

test('a rollback that was cut off brings its signed list too', async () => {
  await pack();
  await sign();
  await pack();
  markRollback(world, 1);
  await run('rootimg rollback myimg');
  expectSigned();
});

test('a list that says another digest is never kept for a generation', async () => {
  await pack();
  world.write('image/rootimg.sums', `${'0'.repeat(64)}  rootimg.cpio.gz\n`);
  world.write('image/rootimg.sums.sig', 'x');
  expect(await pack()).toMatch(warning);
  await run('rootimg rollback myimg');
  expect(lists()).toEqual([]);
});

test('the list of the very bytes that are packed again stays', async () => {
  const again = () => run('packimage -c gzip myimg', { SOURCE_DATE_EPOCH: '1700000000' });
  await again();
  signOld();
  expect(await again()).not.toContain('rootimg.sums');
  expectSigned();
});
