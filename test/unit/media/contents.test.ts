import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { listArgv, readArgv, unpackArgv } from '../../../src/media/archive.ts';
import { contentKey, fingerprintOf } from '../../../src/media/fingerprint.ts';
import { leavingLinks } from '../../../src/media/leaving-links.ts';
import { isMarker } from '../../../src/media/markers.ts';
import { type MediumEntry, orderedEntries } from '../../../src/media/medium.ts';
import { readMtree } from '../../../src/media/mtree.ts';
import { recognise, unknownMedium } from '../../../src/media/recognise.ts';
import { facts } from './layouts.ts';

const entry = (path: string, type: MediumEntry['type'] = 'file', size = 1): MediumEntry => ({
  path,
  type,
  size,
  mtime: 1,
});

describe('the table of contents', () => {
  it('reads what bsdtar writes', () => {
    const text = `#mtree
. time=1795388905.0 mode=755 gid=0 uid=0 type=dir
./hard nlink=2 time=1795388905.0 mode=644 gid=0 uid=0 type=file size=3
./link time=1795388905.0 mode=777 gid=0 uid=0 type=link link=a
./.disk/info nlink=2 time=1795388905.5 mode=644 gid=0 uid=0 type=file size=0
./a/b\\040c time=1795388905.0 mode=644 gid=0 uid=0 type=file size=2
./a/\\303\\251 time=1795388905.0 mode=644 gid=0 uid=0 type=file size=0
./null time=1795388905.0 mode=644 gid=0 uid=0 type=char device=native,1,3
`;
    expect(readMtree(text).odd).toEqual(['null']);
    expect(readMtree(text).entries).toEqual([
      { path: 'hard', type: 'file', size: 3, mtime: 1795388905 },
      { path: 'link', type: 'link', size: 0, mtime: 1795388905, target: 'a' },
      { path: '.disk/info', type: 'file', size: undefined, mtime: 1795388905 },
      { path: 'a/b c', type: 'file', size: 2, mtime: 1795388905 },
      { path: 'a/é', type: 'file', size: 0, mtime: 1795388905 },
    ]);
  });

  it('puts folders before what is in them, missing ones too', () => {
    const ordered = orderedEntries([entry('b/c/d'), entry('b', 'folder', 0), entry('a')]);
    expect(ordered?.map(({ path, type }) => `${type} ${path}`)).toEqual([
      'file a',
      'folder b',
      'folder b/c',
      'file b/c/d',
    ]);
  });

  it.each([
    [[entry('../x')]],
    [[entry('a/../../x')]],
    [[entry('a//x')]],
    [[entry('a', 'link', 0), entry('a/passwd')]],
    [[entry('a', 'link', 0), entry('a', 'folder', 0)]],
  ])('refuses a medium that would write elsewhere: %j', (entries) => {
    expect(orderedEntries(entries)).toBeUndefined();
  });
});

describe('links that lead out of a medium', () => {
  const link = (path: string, target: string): MediumEntry => ({ ...entry(path, 'link', 0), target });
  const leaving = (...entries: MediumEntry[]) => leavingLinks(entries).map(({ path }) => path);

  it('are those whose way, by other links too, goes above its root', () => {
    expect(leaving(link('a', '/etc'), link('b/c', '../../etc'), link('d', '..'))).toEqual(['a', 'b/c', 'd']);
    expect(leaving(link('b/up', '../../..'), entry('b', 'folder', 0))).toEqual(['b/up']);
    expect(leaving(link('x/y/root', '../..'), link('out', 'x/y/root/../etc'))).toEqual(['out']);
  });

  it('are not those that real media have', () => {
    expect(
      leaving(link('debian', '.'), link('dists/stable', 'bookworm'), link('a/b/c', '../../d/e')),
    ).toEqual([]);
    expect(leaving(link('a', 'b'), link('b', 'a'), link('none', 'x/../y'))).toEqual([]);
  });
});

describe('argv', () => {
  it('keeps odd names apart from options and patterns', () => {
    expect(listArgv('/i/a b.iso')).toEqual(['bsdtar', '-cf', '-', '--format=mtree', '@/i/a b.iso']);
    expect(readArgv('/i/x.iso', 'a[1]*')).toEqual(['bsdtar', '-xOf', '/i/x.iso', '--', 'a\\[1\\]\\*']);
    expect(unpackArgv('/i/x.iso', '/t').slice(1, 4)).toEqual(['-xvkf', '/i/x.iso', '--no-same-owner']);
    expect(unpackArgv('/i/x.iso', '/t')).toContain('--no-same-permissions');
  });
});

describe('what a disc is known by', () => {
  const medium = { path: '/m', kind: 'folder', entries: [entry('b'), entry('B'), entry('a/c')] } as const;

  it('is the md5 of its sorted names, as xCAT writes it', () => {
    const expected = createHash('md5').update('../B./a/c./b').digest('hex');
    expect(fingerprintOf(medium)).toBe(expected);
  });

  it('goes on only with the very same disc', () => {
    const other = { ...medium, entries: [entry('b', 'file', 2), entry('B'), entry('a/c')] };
    expect(fingerprintOf(other)).toBe(fingerprintOf(medium));
    expect(contentKey(other)).not.toBe(contentKey(medium));
  });
});

describe('an unknown medium', () => {
  it('is told with what was looked for and what was found', () => {
    const empty = unknownMedium('/m/x.iso', facts({}, ['EFI', 'setup.exe', 'EFI/boot']));
    expect(empty.message).toBe('copycds could not identify /m/x.iso: it holds EFI, setup.exe.');
    expect(empty.hint).toContain('.treeinfo or .discinfo (EL, Fedora), media.1/media');
    expect(empty.hint).toContain('-n OSVERS and -a ARCH');
    const files = { '.discinfo': '1.0\nMageia 9\nx86_64\n' };
    expect(recognise(facts(files), '/m')).toBeUndefined();
    expect(unknownMedium('/m', facts(files)).message).toContain('.discinfo says "1.0 | Mageia 9 | x86_64"');
  });

  it('reads only the files that say what a medium is', () => {
    const read = ['.discinfo', 'media.12/products', 'content', '.disk/info'];
    const not = ['a/.discinfo', 'contents', 'media.1/build', 'Xdisk/info'];
    expect(read.every(isMarker)).toBe(true);
    expect(not.some(isMarker)).toBe(false);
  });
});
