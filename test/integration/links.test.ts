import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Build, BuildContext } from '../../src/genimage/build-context.ts';
import { prepareTree } from '../../src/genimage/tree/prepare-tree.ts';
import { deleteOldTree, swapTrees } from '../../src/genimage/tree/swap-trees.ts';
import { withBuildFolder } from '../../src/genimage/workspace.ts';
import { emptyRequest } from '../../src/plan/empty-request.ts';
import { silentReporter } from '../../src/report/silent.ts';
import { packTreeArgv } from '../../src/system/staged-tree.ts';
import { aPlan } from '../unit/genimage/a-plan.ts';
import { makePackWorld, makeSmallTree, type PackWorld, shell } from './pack/world.ts';

let world: PackWorld;
/**
 * A folder with a small tree in it, which a link of the administrator leads to; beside it lies another
 * image's.
 */
let disk: string;
let link: string;

beforeEach(async () => {
  world = makePackWorld();
  disk = join(world.base, 'disk');
  link = join(world.rootimgdir, 'rootimg');
  makeSmallTree(join(disk, 'a'));
  mkdirSync(join(disk, 'other'));
  symlinkSync(join(disk, 'a'), link);
  world.write('install/postscripts/xcatdsklspost', '#!/bin/sh\n');
  await world.define();
});
afterEach(() => world.remove());

/** The link is as it was, and nothing of ours is left beside its target. */
function expectKept(...more: string[]): void {
  expect(readlinkSync(link)).toBe(join(disk, 'a'));
  expect(readdirSync(disk).sort()).toEqual(['a', ...more, 'other'].sort());
}

const firstMember = {
  cpio: 'zcat image/rootimg.cpio.gz | cpio -tv --quiet | head -1',
  tar: 'zcat image/rootimg.tar.gz | tar tvf - | head -1',
  squashfs: 'unsquashfs -ll image/rootimg.sfs | grep ^d | head -1',
  erofs: 'fsck.erofs --extract=out image/rootimg.erofs >/dev/null; ls -ld out',
};

test.each(['cpio', 'tar', 'squashfs', 'erofs'] as const)(
  'the tree may be a link to another disk: a node gets a folder from %s',
  async (method) => {
    const { code, stderr } = await world.run(`packimage -m ${method} --verify full myimg`);
    expect(code, stderr).toBe(0);
    expect(shell(world.base, firstMember[method])).toMatch(/^drwxr-xr-x/);
    expect(readFileSync(join(link, 'opt/xcat/xcatinfo'), 'utf8')).toContain("IMAGENAME='myimg'");
    expectKept();
  },
);

test('what else leads to the image may be links too, and links that lie in its folder stay', async () => {
  for (const [name, target] of Object.entries({ image: 'big', install: 'bigger', tftpboot: 'tftp' })) {
    if (existsSync(join(world.base, name))) renameSync(join(world.base, name), join(disk, target));
    else mkdirSync(join(disk, target));
    symlinkSync(join(disk, target), join(world.base, name));
  }
  mkdirSync(join(disk, 'old'));
  symlinkSync(join(disk, 'old'), join(world.rootimgdir, 'rootimg.old'));
  mkdirSync(join(world.base, 'tftpboot/xcat/osimage/myimg'), { recursive: true });
  await world.define({}, { tftpdir: join(world.base, 'tftpboot') });
  for (const method of ['tar', 'cpio'])
    expect((await world.run(`packimage -m ${method} myimg`)).code).toBe(0);
  expect(lstatSync(join(world.rootimgdir, 'rootimg.old')).isSymbolicLink()).toBe(true);
  expect((await world.run('rollback myimg')).code).toBe(0);
  expect((await world.run('prune myimg --keep 1')).code).toBe(0);
  expect(existsSync(join(disk, 'big/rootimg.tar.gz'))).toBe(true);
  for (const name of ['image', 'install', 'tftpboot']) {
    expect(lstatSync(join(world.base, name)).isSymbolicLink(), name).toBe(true);
  }
});

test('a staged tree is unpacked where the link leads to', async () => {
  shell(
    world.base,
    'mkdir stage big; mv disk/a big/b; ln -s ../big/b stage/rootimg; echo new >big/b/new; mkdir disk/a; echo x >disk/a/old',
  );
  shell(world.base, `${packTreeArgv('stage').join(' ')} --file image/staged-tree.tar`);
  const { code, stderr } = await world.run('packimage -m tar myimg');
  expect(code, stderr).toBe(0);
  expect(readFileSync(join(disk, 'a/new'), 'utf8')).toBe('new\n');
  expect(existsSync(join(disk, 'a/old'))).toBe(false);
  expectKept();
});

test('a staged tree whose tree is a link to the host is refused', async () => {
  shell(
    world.base,
    'mkdir stage secret; echo key >secret/key; ln -s ../secret stage/rootimg; tar -C stage -cf image/staged-tree.tar rootimg',
  );
  const { code, stderr } = await world.run('packimage -m tar myimg');
  expect(code).toBe(1);
  expect(stderr).toContain('holds no folder rootimg');
  expect(existsSync(join(disk, 'a/etc/passwd'))).toBe(true);
  expectKept();
});

test('a link whose disk is not mounted is named', async () => {
  renameSync(disk, `${disk}.away`);
  const { code, stderr } = await world.run('packimage myimg');
  expect(code).toBe(1);
  expect(stderr).toContain(`${link} is a link to ${disk}/a`);
});

/** Begins a build in the image folder and does `work` in it. */
async function build(options: { fresh?: boolean }, work: (build: Build) => Promise<void>): Promise<void> {
  const plan = aPlan({ request: { ...emptyRequest(), fresh: options.fresh ?? false } });
  const image = { ...plan.image, rootimgdir: world.rootimgdir };
  const context = { reporter: silentReporter(), command: 'genimage myimg' } as BuildContext;
  await withBuildFolder({ ...plan, image }, context, work);
}

test('--fresh builds beside the target of the link and swaps there', async () => {
  await build({ fresh: true }, async (one) => {
    await prepareTree(one);
    expect(one.root.startsWith(`${disk}/`)).toBe(true);
    writeFileSync(join(one.root, 'new'), '');
    await swapTrees(one);
    await deleteOldTree(one);
  });
  expect(existsSync(join(disk, 'a/new'))).toBe(true);
  expect(existsSync(join(disk, 'a/etc'))).toBe(false);
  expectKept();
});

test('a --fresh that was killed between its renames gets the old tree back; one that failed leaves nothing', async () => {
  await expect(
    build({ fresh: true }, async (one) => {
      await prepareTree(one);
      throw new Error('stopped');
    }),
  ).rejects.toThrow('stopped');
  expectKept();
  mkdirSync(join(disk, '.a.beside/.rootimg-tmp-1-x-build/rootimg'), { recursive: true });
  renameSync(join(disk, 'a'), join(disk, '.a.beside/.rootimg-replaced'));
  expect((await world.run('packimage -m tar myimg')).code).toBe(0);
  expect(existsSync(join(disk, 'a/etc/passwd'))).toBe(true);
  await build({}, async (one) => prepareTree(one));
  expect(existsSync(join(disk, 'a/etc/passwd'))).toBe(true);
  expectKept();
});

test('an unfinished tree is kept beside the target of the link, and a new one begun there', async () => {
  writeFileSync(join(world.rootimgdir, '.rootimg-building.json'), '{}');
  await build({}, async (one) => prepareTree(one));
  const kept = readdirSync(disk).find((name) => name.startsWith('a.unfinished-')) ?? '';
  expect(existsSync(join(disk, kept, 'etc/passwd'))).toBe(true);
  expect(readdirSync(join(disk, 'a')).sort()).toEqual(['dev', 'proc', 'run', 'sys']);
  expectKept(kept);
});

test('a link to a folder that is yet to be made is where the first build goes; what fails there is taken away again', async () => {
  renameSync(join(disk, 'a'), join(disk, 'gone'));
  await expect(
    build({}, async (one) => {
      await prepareTree(one);
      one.tree.changed = true;
      throw new Error('stopped');
    }),
  ).rejects.toThrow('stopped');
  expect(readdirSync(disk).sort()).toEqual(['gone', 'other']);
  await build({}, async (one) => prepareTree(one));
  expect(readdirSync(join(disk, 'a'))).toContain('proc');
  expectKept('gone');
});
