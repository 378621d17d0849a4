import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FakeXcat, makeFakeXcat } from './definition/fake-xcat.ts';
import { type DefWorld, makeDefWorld } from './definition/world.ts';

const netboot = join(process.cwd(), 'share/xcat/netboot');
let xcat: FakeXcat;
let world: DefWorld;
let pkglist: string;
beforeEach(async () => {
  xcat = await makeFakeXcat();
  world = await makeDefWorld('empty', { XCATROOT: xcat.root });
  pkglist = join(world.home, 'pkglist');
  await writeFile(pkglist, '# a list\nbash\n\nkernel,dracut \n#NEW_INSTALL_LIST#\nzsh\n');
  // The folder of lists is the checkout's: xCAT is only looked for in its root.
  await mkdir(join(xcat.root, 'share/xcat'), { recursive: true });
  await symlink(netboot, join(xcat.root, 'share/xcat/netboot'));
});
afterEach(async () => {
  await world.remove();
  await xcat.remove();
});

/** Defines an image in xCAT and, with `here` in the place of some attributes, in our store. */
async function define(attributes: Readonly<Record<string, string>>, here = {}): Promise<void> {
  const base = { osvers: 'rocky9.4', osarch: 'x86_64', profile: 'compute', provmethod: 'netboot', pkglist };
  const common = { imagetype: 'linux', rootimgdir: '/install/i', pkgdir: '/p', otherpkgdir: '/o' };
  const stanza = (all: object) =>
    `i:\n objtype=osimage\n${Object.entries(all)
      .map(([name, value]) => ` ${name}=${value}\n`)
      .join('')}`;
  const theirs = { ...base, ...common, ...attributes };
  const state = { osimage: { i: theirs }, site: { clustersite: { master: '10.0.0.1' } } };
  await writeFile(join(xcat.root, 'state.json'), JSON.stringify(state));
  await world.load(stanza({ ...theirs, ...here }));
}

async function parity() {
  const text = await world.run('rootimg parity i');
  const { stdout } = await world.run('rootimg parity i --json');
  return { ...text, found: JSON.parse(stdout) };
}

it('an ordinary image is built alike, and what is done otherwise has its reason', async () => {
  await define({ permission: '755', netdrivers: 'igb,tg3', otherpkgdir: '/o', boottarget: 'x' });
  const { code, stdout, stderr, found } = await parity();
  expect([found.options, found.attributes, found.lists.differences]).toEqual([[], [], []]);
  expect([code, stderr]).toEqual([0, '']);
  expect(found).toMatchObject({ schema: 1, image: 'i', sameOptions: 9, attributes: [], problems: [] });
  expect(found.options).toEqual([]);
  expect(found.lists.differences).toEqual([]);
  expect(found.lists.entries).toBe(4);
  expect(stdout).toContain('read alike');
  expect(stdout).toMatch(/^ {2}each driver of netdrivers must be there \(xCAT leaves out/m);
  expect(stdout).toContain('root of the image is locked');
  expect(stdout).toContain('boottarget: rootimg netboot writes entries');
});

it('a definition that changed since its import is told, with its option', async () => {
  await define({ kernelver: '5.14.0-1' }, { kernelver: '5.14.0-2' });
  const { code, stdout, found } = await parity();
  expect(code).toBe(1);
  const difference = { xcat: '5.14.0-1', here: '5.14.0-2' };
  expect(found.attributes).toEqual([{ what: 'kernelver', ...difference }]);
  expect(found.options).toEqual([{ what: '-k', ...difference }]);
  expect(stdout).toContain('-k\n    xCAT     5.14.0-1\n    rootimg  5.14.0-2');
});

it('lists that the two read otherwise are told entry by entry', async () => {
  const folder = join(world.home, 'lists');
  await mkdir(join(folder, 'sub'), { recursive: true });
  await writeFile(join(folder, 'top'), 'bash\n#INCLUDE:sub/list#\n #INCLUDE:list#\nvim #an editor\n-nano\n');
  await writeFile(join(folder, 'sub/list'), 'acl,attr\n#INCLUDE:list2#\n#NEW_INSTALL_LIST#\nzsh\n');
  await writeFile(join(folder, 'sub/list2'), 'near\n');
  await writeFile(join(folder, 'list2'), 'far\n');
  await writeFile(join(folder, 'list'), 'blank\n');
  await define({ pkglist: join(folder, 'top') });
  const { code, found } = await parity();
  expect(code).toBe(1);
  expect(found.lists.differences).toEqual([
    "pkglist, pass 1: only xCAT has 'far'",
    "pkglist, pass 1: only rootimg has 'near'",
    "pkglist, pass 2: only xCAT has '#INCLUDE:list#'",
    "pkglist, pass 2: only xCAT has '-nano'",
    "pkglist, pass 2: only xCAT has 'vim #an editor'",
    "pkglist, pass 2: only rootimg has 'blank'",
  ]);
  expect(found.problems).toHaveLength(2);
  expect(found.problems[0]).toContain(`${join(folder, 'top')}:4`);
});

it('an xCAT that does not know the image, or is not there, is an error', async () => {
  await define({});
  await writeFile(join(xcat.root, 'state.json'), JSON.stringify({ osimage: {}, site: {} }));
  expect(await world.run('rootimg parity i')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Cannot find image 'i' from the osimage table"),
  });
});
