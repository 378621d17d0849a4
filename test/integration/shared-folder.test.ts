import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makePackWorld, makeSmallTree, type PackWorld } from './pack/world.ts';

let world: PackWorld;
beforeEach(async () => {
  world = makePackWorld();
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  world.write('list', 'bash\n');
  await world.define({ pkglist: `${world.base}/list`, pkgdir: world.base });
});
afterEach(() => world.remove());

const owner = () => JSON.parse(readFileSync(`${world.rootimgdir}/manifest.json`, 'utf8')).image.name;

test('mkdef, chdef, import, check and the dry run warn of an image folder that two definitions share', async () => {
  const made = await world.run('mkdef -t osimage -o b --template myimg profile=b');
  expect(made).toMatchObject({
    code: 0,
    stdout: '1 object definitions have been created or modified.\n',
  });
  expect(made.stderr).toContain(`Warning: 'b' and 'myimg' have one image folder`);
  expect((await world.run('packimage myimg')).code).toBe(0);
  const said = `Warning: The image in ${world.rootimgdir}, rootimgdir of 'b', is 'myimg'.`;
  expect((await world.run('chdef -t osimage -o b profile=c')).stderr).toContain(said);
  expect((await world.run('chdef -t osimage -o b description=x')).stderr).toBe('');
  expect((await world.run('rootimg check b')).stderr).toContain(said);
  const shown = await world.run('genimage --dryrun b', { XCATROOT: join(import.meta.dirname, '../..') });
  expect(shown.stderr).toContain(said);
  expect((await world.run('rootimg history b')).stderr).toContain(said);
});

test('a link to the folder is the same folder', async () => {
  symlinkSync(world.rootimgdir, `${world.base}/link`);
  const { stderr } = await world.run(`mkdef -t osimage -o b --template myimg rootimgdir=${world.base}/link/`);
  expect(stderr).toContain(`'b' and 'myimg' have one image folder`);
});

test('the netboot and the statelite definition of one profile are one image', async () => {
  const statelite = 'rocky9.4-x86_64-statelite-compute';
  await world.run('chdef -t osimage -o myimg -n rocky9.4-x86_64-netboot-compute');
  expect(
    await world.run(`mkdef -t osimage -o ${statelite} --template rocky9.4-x86_64-netboot-compute`),
  ).toEqual({
    code: 0,
    stdout: '1 object definitions have been created or modified.\n',
    stderr: '',
  });
});

test('packimage refuses to replace the image of another name, and takes it over with --force', async () => {
  expect((await world.run('packimage myimg')).code).toBe(0);
  await world.run('mkdef -t osimage -o b --template myimg');
  const before = readFileSync(`${world.rootimgdir}/rootimg.cpio.gz.sha256`, 'utf8');
  const { code, stderr } = await world.run('packimage b');
  expect(code).toBe(1);
  expect(stderr).toContain(`The image in ${world.rootimgdir} is 'myimg', not 'b'`);
  expect(stderr).toContain('packimage --force b');
  expect(readFileSync(`${world.rootimgdir}/rootimg.cpio.gz.sha256`, 'utf8')).toBe(before);
  expect(owner()).toBe('myimg');
  expect((await world.run('packimage --force b')).code).toBe(0);
  expect(owner()).toBe('b');
  expect((await world.run('packimage myimg')).code).toBe(1);
});
