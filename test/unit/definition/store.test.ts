import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DefinitionObject } from '../../../src/definition/object.ts';
import { readOsimage } from '../../../src/definition/osimage.ts';
import { readRootPasswordHash, readSite } from '../../../src/definition/site.ts';
import { openStore, type Store, storeHome } from '../../../src/definition/store.ts';

let home: string;
let store: Store;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rootimg-store-'));
  store = openStore(home, async () => () => undefined);
});
afterEach(() => rm(home, { recursive: true }));

function image(name: string, values: Record<string, string>): DefinitionObject {
  return { type: 'osimage', name, attributes: new Map(Object.entries(values)), origins: new Map() };
}

describe('the file store', () => {
  it('keeps objects and says where each attribute stands', async () => {
    await store.write('osimage', [
      image('b', { osarch: 'x' }),
      image('a', { profile: '"p" ' + 'q=r:', osarch: 'y' }),
    ]);
    expect(await store.list('osimage')).toEqual(['a', 'b']);
    const a = await store.read('osimage', 'a');
    expect(a?.attributes).toEqual(
      new Map([
        ['osarch', 'y'],
        ['profile', '"p" q=r:'],
      ]),
    );
    expect(a?.origins.get('profile')).toEqual({ file: join(home, 'osimage/a.stanza'), line: 6 });
    const all = await store.readAll('osimage');
    expect(all.objects.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('replaces objects whole and removes them', async () => {
    await store.write('osimage', [image('a', { osarch: 'x', profile: 'p' })]);
    await store.write('osimage', [image('a', { osarch: 'y' })]);
    expect((await store.read('osimage', 'a'))?.attributes).toEqual(new Map([['osarch', 'y']]));
    expect([await store.remove('osimage', 'a'), await store.remove('osimage', 'a')]).toEqual([true, false]);
    expect(await store.read('osimage', 'a')).toBeUndefined();
  });

  it('is empty before anything was written', async () => {
    expect(await store.list('osimage')).toEqual([]);
    expect(await store.readAll('site')).toEqual({ objects: [], problems: [] });
  });

  it('never leaves its folder', async () => {
    await writeFile(join(home, 'x.stanza'), 'x:\n objtype=osimage\n');
    expect(await store.read('osimage', '../x')).toBeUndefined();
    expect(await store.remove('osimage', '../x')).toBe(false);
    await expect(store.write('osimage', [image('../x', { osarch: 'y' })])).rejects.toThrow(
      /cannot be stored/,
    );
  });

  it('reports damaged files with file and line, the good ones beside them', async () => {
    await store.write('osimage', [image('a', { osarch: 'x' })]);
    await writeFile(join(home, 'osimage/b.stanza'), 'b:\n objtype=osimage\n nonsense\n');
    await expect(store.read('osimage', 'b')).rejects.toMatchObject({
      problems: [{ origin: { file: join(home, 'osimage/b.stanza'), line: 3 } }],
    });
    const { objects, problems } = await store.readAll('osimage');
    expect([objects.length, problems.length]).toEqual([1, 1]);
  });

  it('is chosen by option, environment, default, in this order', () => {
    expect(storeHome('s', { ROOTIMG_HOME: '/e' }, '/c')).toBe('/c/s');
    expect(storeHome(undefined, { ROOTIMG_HOME: 'e' }, '/c')).toBe('/c/e');
    expect(storeHome(undefined, {}, '/c')).toBe('/etc/rootimg');
    expect(storeHome('', { ROOTIMG_HOME: '' }, '/c')).toBe('/etc/rootimg');
  });
});

describe('what others read', () => {
  it('an image, or an error that names it', async () => {
    await store.write('osimage', [image('a', { osarch: 'x' })]);
    expect((await readOsimage(store, 'a')).attributes.get('osarch')).toBe('x');
    await expect(readOsimage(store, 'b')).rejects.toThrow("'b'");
  });

  it('the site with its defaults', async () => {
    expect(await readSite(store)).toEqual({ installdir: '/install', tftpdir: '/tftpboot' });
    const attributes = new Map([
      ['installdir', '/i//'],
      ['timezone', 'UTC'],
      ['domain', 'd'],
    ]);
    await store.write('site', [{ type: 'site', name: 'clustersite', attributes, origins: new Map() }]);
    expect(await readSite(store)).toEqual({ installdir: '/i', tftpdir: '/tftpboot', timezone: 'UTC' });
  });

  it('the hash of the root password, from a file that only its owner reads', async () => {
    const file = join(home, 'site/root.password-hash');
    expect(await readRootPasswordHash(home)).toBeUndefined();
    await mkdir(join(home, 'site'));
    await writeFile(file, '$6$salt$abc./DEF\n', { mode: 0o600 });
    expect(await readRootPasswordHash(home)).toBe('$6$salt$abc./DEF');
    await writeFile(file, 'secret\n');
    await expect(readRootPasswordHash(home)).rejects.toThrow(/not a crypt hash/);
    await chmod(file, 0o644);
    await expect(readRootPasswordHash(home)).rejects.toThrow(/Others can read/);
  });
});
