import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildVersion } from './pack/built-image.ts';
import { makePackWorld, makeSmallTree, type PackWorld } from './pack/world.ts';

let world: PackWorld;
beforeAll(async () => {
  world = makePackWorld();
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  await world.define({});
});
afterAll(() => world.remove());

test('an image that was never built, and one of its own time, cannot be verified', async () => {
  const none = await world.run('rootimg verify-build myimg');
  expect(none.code).toBe(2);
  buildVersion(world, '5');
  const { code, stderr } = await world.run('rootimg verify-build myimg');
  expect(code).toBe(2);
  expect(stderr).toContain('myimg was not built with --reproducible: no other build can be the same.');
  expect(stderr).toContain('genimage --locked --reproducible myimg');
});
