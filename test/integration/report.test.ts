import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginDpkg, dpkg, makeDeb } from '../lib/debs.ts';
import { buildVersion } from './pack/built-image.ts';
import { makePackWorld, makeSmallTree, type PackWorld } from './pack/world.ts';

let world: PackWorld;

beforeAll(async () => {
  world = makePackWorld();
  const root = `${world.rootimgdir}/rootimg`;
  makeSmallTree(root);
  beginDpkg(root);
  const files = { 'usr/share/one/data': 'x'.repeat(5000) };
  dpkg(root, '--unpack', makeDeb(world.base, { name: 'one', version: '1', files }));
  buildVersion(world, '5');
  const pkglist = world.write('x.pkglist', 'one\n');
  const exlist = world.write('x.exlist', './usr/share/one/gone*\n');
  writeFileSync(`${root}/usr/share/one/gone`, 'y'.repeat(9000));
  await world.define({ pkglist, exlist, osvers: 'debian12' });
});
afterAll(() => world.remove());

test('a page of what is packed: packages with their list lines, no file that the exlist leaves out', async () => {
  const { code, stdout, stderr } = await world.run('rootimg report myimg');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^<!doctype html>/);
  expect(stdout).toMatch(/<th scope="row">one<\/th><td>1<\/td><td class="figure">5 kB<\/td>/);
  expect(stdout).toContain('x.pkglist:1: one');
  expect(stdout).not.toContain('9 kB');
});

test('after a second pack it tells what is other than in the generation before', async () => {
  const pack = async () => expect((await world.run('packimage myimg')).code).toBe(0);
  await pack();
  writeFileSync(`${world.rootimgdir}/rootimg/usr/share/one/more`, Buffer.alloc(3e6, Math.PI.toString()));
  await pack();
  const { stdout } = await world.run('rootimg report myimg');
  expect(stdout).toContain('aria-label="Changes since myimg@1"');
  expect(stdout).toMatch(/node memory: .* → /);
});

test('an image without a tree is told', async () => {
  const { code, stderr } = await world.run('rootimg report other');
  expect([code, stderr]).toEqual([1, expect.stringContaining("'other'")]);
});
