import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildVersion, publishedPack, sha256Of } from './pack/built-image.ts';
import { makePackWorld, makeSmallTree, type PackWorld } from './pack/world.ts';

let world: PackWorld;
beforeEach(async () => {
  world = makePackWorld();
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  await world.define();
});
afterEach(() => world.remove());

async function packedDigest(options: string, env: Record<string, string> = {}): Promise<string> {
  const { code, stderr } = await world.run(`packimage -m tar -c gzip${options} myimg`, env);
  expect(code, stderr).toBe(0);
  return sha256Of(`${world.rootimgdir}/rootimg.tar.gz`);
}

test('--reproducible makes the same bytes by the time of the build', async () => {
  buildVersion(world, '6.1.0');
  const first = await packedDigest(' --reproducible');
  expect(publishedPack(world).finished).toBe('2026-01-01T00:00:00.000Z');
  expect(await packedDigest(' --reproducible')).toBe(first);
  expect(await packedDigest('')).not.toBe(first);
  expect(await packedDigest(' --reproducible', { SOURCE_DATE_EPOCH: '1600000000' })).not.toBe(first);
});

test('--reproducible of a tree whose build nobody wrote down is refused', async () => {
  const { code, stderr } = await world.run('packimage -m tar -c gzip --reproducible myimg');
  expect(code).toBe(1);
  expect(stderr).toContain('manifest.json does not tell when the tree was built');
  expect(stderr).toContain('Set SOURCE_DATE_EPOCH');
  expect(world.published()).toEqual(['rootimg']);
});
