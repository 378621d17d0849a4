import { describe, expect, it } from 'vitest';
import {
  discNumber,
  isSameDisc,
  readWhatLiesThere,
  refuseOtherRelease,
  replaces,
  type WhatLiesThere,
} from '../../../src/media/what-lies-there.ts';
import type { Recognised } from '../../../src/media/medium.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const recognised = (changes: Partial<Recognised> = {}): Recognised => ({
  ...{ osvers: 'rocky9.4', arch: 'x86_64', disc: undefined, folder: undefined },
  ...changes,
});

const disc = (texts: Readonly<Record<string, string>>, found: Recognised | undefined = recognised()) => ({
  medium: { path: '/mnt', kind: 'folder' as const, entries: [] },
  facts: { names: new Set<string>(), texts: new Map(Object.entries(texts)) },
  found,
});

const there = (texts: Readonly<Record<string, string>>, found?: Recognised): WhatLiesThere => ({
  ...{ path: '/install/rocky', names: new Set(), folders: new Set(), found, fingerprints: [] },
  facts: disc(texts).facts,
});

it.each([
  ['2', 2],
  ['3/4', 3],
  ['ALL', 1],
  ['sdk1', 1],
  [undefined, 1],
])('disc %s of a set is number %i', (said, number) => {
  expect(discNumber(recognised({ disc: said }))).toBe(number);
});

describe('the disc that lies there', () => {
  it('is the same when what says what it is, is', () => {
    expect(isSameDisc(disc({ '.treeinfo': 'a' }), there({ '.treeinfo': 'a' }))).toBe(true);
    expect(isSameDisc(disc({ '.treeinfo': 'a' }), there({ '.treeinfo': 'b' }))).toBe(false);
    expect(isSameDisc(disc({ '.treeinfo': 'a' }), there({ '.treeinfo': 'a', '.discinfo': 'x' }))).toBe(false);
    expect(isSameDisc(disc({}), there({}))).toBe(false);
  });

  it('is replaced by itself and by one before it in its set, by no other', () => {
    const second = there({ '.discinfo': '2' }, recognised({ disc: '2' }));
    expect(replaces(disc({ '.discinfo': '2' }), second)).toBe(true);
    expect(replaces(disc({ '.discinfo': '1' }, recognised({ disc: '1' })), second)).toBe(true);
    expect(replaces(disc({ '.discinfo': '3' }, recognised({ disc: '3' })), second)).toBe(false);
    expect(replaces(disc({ x: '1' }), there({}, undefined))).toBe(false);
  });

  it('never shares its folder with another release', () => {
    const lying = there({}, recognised({ osvers: 'debian12', release: '12.7.0' }));
    const newer = disc({}, recognised({ osvers: 'debian12', release: '12.8.0' }));
    expect(() => refuseOtherRelease(newer, lying)).toThrow(
      /holds debian12 \(12\.7\.0\), and \/mnt is debian12 \(12\.8\.0\)/,
    );
    refuseOtherRelease(disc({}, recognised({ osvers: 'debian12', release: '12.7.0' })), lying);
    refuseOtherRelease({ ...disc({}), found: undefined }, lying);
  });
});

it('an empty folder and none hold nothing, a folder says what is in it', async () => {
  expect(await readWhatLiesThere(`${folder.path}/none`)).toBeUndefined();
  expect(await readWhatLiesThere(folder.path)).toBeUndefined();
  await folder.file('Packages/a.rpm');
  const found = await readWhatLiesThere(folder.path);
  expect([[...(found?.names ?? [])], [...(found?.folders ?? [])]]).toEqual([
    ['Packages', 'Packages/a.rpm'],
    ['Packages'],
  ]);
});
