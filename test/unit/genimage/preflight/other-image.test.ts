import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkOtherImage } from '../../../../src/genimage/preflight/other-image.ts';
import { aPlan } from '../a-plan.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-other-'));
  const image = { name: 'rocky9-x86_64-netboot-a', osvers: 'rocky9', arch: 'x86_64', profile: 'a' };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ schema: 1, image }));
});
afterEach(() => rm(folder, { recursive: true }));

const found = async (name: string, force = false) => {
  const plan = aPlan();
  const problems = await checkOtherImage({
    ...plan,
    request: { ...plan.request, force },
    image: { ...plan.image, name, rootimgdir: folder },
  });
  return problems.map(({ code }) => code);
};

it('an image of another name is refused without --force', async () => {
  expect(await found('b')).toEqual(['other-image']);
  expect(await found('b', true)).toEqual([]);
});

it.each(['rocky9-x86_64-netboot-a', 'rocky9-x86_64-statelite-a'])('%s is the same image', async (name) => {
  expect(await found(name)).toEqual([]);
});

it('what cannot be read as a manifest names no image', async () => {
  await writeFile(join(folder, 'manifest.json'), '{');
  expect(await found('b')).toEqual([]);
});
