import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findInstallation } from '../../../src/kit/installation.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rootimg-installation-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string): Promise<string> {
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), '');
  return pathToFileURL(join(root, path)).href;
}

it('finds a checkout from its dist, and from a tool in it', async () => {
  await put('share/xcat/netboot/common/genimage');
  for (const module of [await put('dist/kit-ABC.js'), await put('dist/tools/install-system.mjs')]) {
    expect(findInstallation(module)).toEqual({
      root,
      netboot: join(root, 'share/xcat/netboot'),
      dist: join(root, 'dist'),
    });
  }
});

it('finds an installed prefix', async () => {
  await put('share/xcat/netboot/common/genimage');
  expect(findInstallation(await put('share/rootimg/dist/main.mjs'))).toMatchObject({
    root,
    dist: join(root, 'share/rootimg/dist'),
  });
});

it('says what to do when the netboot folder is gone', async () => {
  const module = await put('share/rootimg/dist/main.mjs');
  expect(() => findInstallation(module)).toThrow(/No share\/xcat\/netboot/);
});
