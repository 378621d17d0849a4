import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepTree, sharesBlocks, takeTree } from '../../src/genimage/layers/layer-tree.ts';
import { parseManifest } from '../../src/plan/manifest.ts';
import { run } from '../../src/system/exec.ts';
import { type Builder, openBuilder } from './lib/builder.ts';

let builder: Builder;
let image: string;
let root: string;
let request: { pkglist: string; postinstall: string };

const text = (path: string) => readFileSync(join(root, path), 'utf8');
const layers = () => readdirSync(join(builder.base, 'cache')).filter((name) => /^[0-9a-f]{64}$/.test(name));
const script = (body: string) => builder.file('post.sh', `#!/bin/sh\n${body}\n`, 0o755);
const manifest = async () => parseManifest(await readFile(join(image, 'manifest.json'), 'utf8'));
const listing = async () =>
  (
    await run([
      'find',
      root,
      '-type',
      'd',
      '-printf',
      '%P %y %m %U %G\n',
      '-o',
      '-printf',
      '%P %y %m %U %G %s %l\n',
    ])
  ).stdout
    .split('\n')
    .sort()
    .join('\n');

beforeAll(async () => {
  builder = await openBuilder();
  image = join(builder.base, 'image');
  root = join(image, 'rootimg');
  request = {
    pkglist: await builder.file('pkglist', `${builder.sample.pkglist.join('\n')}\n`),
    postinstall: await script('echo one >"$1/etc/motd"'),
  };
  await builder.build(request);
});
afterAll(() => builder?.leave());

/** The tree of a layer, unpacked; given back to the layer when `change` has changed it. */
async function openLayer(change?: (tree: string) => Promise<void>): Promise<string> {
  const [key = ''] = layers();
  const folder = join(builder.base, 'cache', key);
  const tree = await mkdtemp(join(builder.base, 'layer-'));
  await takeTree(folder, tree);
  await change?.(tree);
  if (change !== undefined) await keepTree(tree, folder, await sharesBlocks(builder.base, folder));
  return tree;
}

test('a first build keeps its packages, without anything of one machine', async () => {
  const layer = await openLayer();
  expect(existsSync(join(layer, 'usr/bin/bash'))).toBe(true);
  expect(readFileSync(join(layer, 'etc/machine-id'), 'utf8')).toBe('');
  expect(readdirSync(join(layer, 'etc/ssh')).filter((name) => name.startsWith('ssh_host'))).toEqual([]);
  expect(existsSync(join(layer, 'var/lib/systemd/random-seed'))).toBe(false);
  expect(existsSync(join(layer, 'etc/motd'))).toBe(false);
  expect(readdirSync(join(builder.base, 'cache')).filter((name) => name.startsWith('.rootimg-tmp'))).toEqual(
    [],
  );
});

test('--fresh after an edit of a script takes packages and initrd of before, and makes the same tree', async () => {
  const before = { inode: statSync(root).ino, built: await manifest(), listing: await listing() };
  await writeFile(join(root, 'etc/by-hand'), 'mine\n');
  await script('echo two >"$1/etc/motd"');
  await builder.build({ ...request, fresh: true });
  expect(builder.said.phases).not.toContain('Install packages');
  expect(builder.said.phases).not.toContain('Make the initrd');
  expect(builder.said.infos.join('\n')).toContain('the initrd of the last build is taken');
  expect(text('etc/motd')).toBe('two\n');
  expect(existsSync(join(root, 'etc/by-hand'))).toBe(false);
  expect(statSync(root).ino).not.toBe(before.inode);
  expect(await listing()).toBe(before.listing);
  const built = await manifest();
  expect(built?.build?.packages).toEqual(before.built?.build?.packages);
  expect(built?.build?.initrd.sha256).toBe(before.built?.build?.initrd.sha256);
  expect(readdirSync(image).filter((name) => name.startsWith('.rootimg'))).toEqual(['.rootimg.lock']);
  const database = await run(['chroot', root, 'rpm', '-q', '--qf', '%{NAME}', 'bash']);
  expect(database.stdout).toBe('bash');
});

test('a --fresh that fails leaves the old tree as it was, ready to be packed', async () => {
  const inode = statSync(root).ino;
  const record = await readFile(join(image, 'manifest.json'), 'utf8');
  await script('echo three >"$1/etc/motd"; exit 3');
  await expect(builder.build({ ...request, fresh: true })).rejects.toThrow('exit status 3');
  expect(builder.said.infos).toContain(`${root} is still the tree of the last build; packimage packs that.`);
  expect(statSync(root).ino).toBe(inode);
  expect(text('etc/motd')).toBe('two\n');
  expect(await readFile(join(image, 'manifest.json'), 'utf8')).toBe(record);
  expect(readdirSync(image).filter((name) => name.startsWith('.rootimg'))).toEqual(['.rootimg.lock']);
});

test('another list, and a damaged layer, are installed; --no-cache neither takes nor keeps', async () => {
  const [key = ''] = layers();
  await openLayer((tree) => rm(join(tree, 'usr/bin/bash')));
  await expect(builder.build({ ...request, fresh: true })).rejects.toThrow('exit status 3');
  expect(builder.said.infos.join('\n')).toContain('damaged');
  expect(builder.said.phases).toContain('Install packages');
  expect(layers()).toEqual([key]);
  expect(existsSync(join(await openLayer(), 'usr/bin/bash'))).toBe(true);

  const pkglist = await builder.file('other', ['bash', 'kernel', 'site-agent', ''].join('\n'));
  await expect(builder.build({ ...request, pkglist, fresh: true, noCache: true })).rejects.toThrow(
    'status 3',
  );
  expect(layers()).toEqual([key]);
  await expect(builder.build({ ...request, pkglist, fresh: true })).rejects.toThrow('exit status 3');
  expect(builder.said.phases).toContain('Install packages');
  expect(layers()).toHaveLength(2);
  await expect(builder.build({ ...request, pkglist, fresh: true })).rejects.toThrow('exit status 3');
  expect(builder.said.phases).not.toContain('Install packages');
});
