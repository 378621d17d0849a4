import { beforeEach, describe, expect, it } from 'vitest';
import { fileStore } from '../../../src/definition/file-store.ts';
import { lookUp, lookUpNames, lookUpType, namesOfType } from '../../../src/definition/lookup.ts';
import { oneFileStore } from '../../../src/definition/one-file-store.ts';
import type { Store } from '../../../src/definition/store-type.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
let store: Store;

beforeEach(async () => {
  store = fileStore(folder.path, () => Promise.resolve(() => undefined));
  await folder.file('osimage/a.stanza', 'a:\n    objtype=osimage\n    osarch=x86_64\n');
  await folder.file('osimage/broken.stanza', 'broken:\n    objtype=osimage\n    nosuch=x\n');
});

describe('looking up', () => {
  it('finds objects, and tells missing ones from damaged ones', async () => {
    const { objects, missing, problems } = await lookUpNames(store, 'osimage', ['a', 'b', 'broken']);
    expect([objects.map(({ name }) => name), missing]).toEqual([['a'], ['b']]);
    expect(problems.map(({ origin }) => origin?.file)).toEqual([`${folder.path}/osimage/broken.stanza`]);
  });

  it('the site is always there, with its defaults, though nobody has stored it', async () => {
    expect(await namesOfType(store, 'site')).toEqual(['clustersite']);
    expect((await lookUp(store, 'site', 'clustersite'))?.attributes.size).toBe(0);
    expect(await lookUp(store, 'site', 'other')).toBeUndefined();
    const { objects } = await lookUpType(store, 'site', true);
    expect(objects[0]?.attributes.size).toBeGreaterThan(0);
  });

  it('names alone do not need the files to be whole', async () => {
    const { objects, problems } = await lookUpType(store, 'osimage', false);
    expect([objects.map(({ name }) => name), problems]).toEqual([['a', 'broken'], []]);
    expect((await lookUpType(store, 'osimage', true)).problems).toHaveLength(1);
  });
});

describe('the store of files', () => {
  it.each([
    ['nothing', '', 'store-empty'],
    ['two objects', 'x:\n    objtype=osimage\ny:\n    objtype=osimage\n', 'store-several'],
    ['another object', 'y:\n    objtype=osimage\n', 'store-other'],
    ['an object of another type', 'x:\n    objtype=site\n', 'store-other'],
  ])('refuses a file with %s', async (_, text, code) => {
    await folder.file('osimage/x.stanza', text);
    await expect(store.read('osimage', 'x')).rejects.toThrow();
    const { problems } = await store.readAll('osimage');
    expect(problems.map((problem) => problem.code)).toContain(code);
  });

  it('a name that leads elsewhere is no object, and removes nothing', async () => {
    await folder.file('outside.stanza', 'x:\n    objtype=osimage\n');
    expect(await store.read('osimage', '../outside')).toBeUndefined();
    expect(await store.remove('osimage', '../outside')).toBe(false);
    expect([await store.remove('osimage', 'a'), await store.remove('osimage', 'a')]).toEqual([true, false]);
  });
});

describe('the store of one file', () => {
  const text = 'b:\n    objtype=osimage\n    osarch=x86_64\n    pkglist=\na:\n    objtype=osimage\n';

  it('has what the file has, sorted, and the site of the other store', async () => {
    await store.write('site', [
      { type: 'site', name: 'clustersite', attributes: new Map([['domain', 'x']]), origins: new Map() },
    ]);
    const one = oneFileStore(await folder.file('x.stanza', text), store);
    expect(await one.list('osimage')).toEqual(['a', 'b']);
    expect([...((await one.read('osimage', 'b'))?.attributes ?? [])]).toEqual([['osarch', 'x86_64']]);
    expect((await one.read('site', 'clustersite'))?.attributes.get('domain')).toBe('x');
    expect(await one.read('osimage', 'broken')).toBeUndefined();
  });

  it('is not written, and says where it is damaged or missing', async () => {
    const one = oneFileStore(await folder.file('x.stanza', text), store);
    await expect(one.remove('osimage', 'a')).rejects.toThrow(/--def are not changed/);
    const broken = oneFileStore(
      await folder.file('y.stanza', 'a:\n    objtype=osimage\n    nosuch=x\n'),
      store,
    );
    await expect(broken.list('osimage')).rejects.toThrow(/nosuch/);
    await expect(oneFileStore('/none.stanza', store).list('osimage')).rejects.toMatchObject({
      ...{ code: 'def-unreadable', origin: { file: '/none.stanza' } },
    });
  });
});
