import { describe, expect, it } from 'vitest';
import { type ContentOf, nodeJudge } from '../../../src/inspect/stale/judge-node.ts';
import { lineChange, pinnedGeneration } from '../../../src/inspect/stale/kernel-words.ts';
import {
  nextBootOf,
  type KnownPack,
  type PublishedImage,
} from '../../../src/inspect/stale/published-image.ts';
import { readReport, readReports } from '../../../src/inspect/stale/read-reports.ts';
import { groupNodes, staleLines } from '../../../src/inspect/stale/stale-answer.ts';
import type { Manifest, PackedRecord } from '../../../src/plan/manifest.ts';
import type { PackedContent } from '../../../src/plan/packed-content.ts';
import { builtRecord } from '../../lib/built-record.ts';

const pack = (uuid: string): PackedRecord => ({
  ...{
    finished: 'x',
    file: 'rootimg.sfs',
    method: 'squashfs',
    compressor: 'zstd',
    uuid,
    members: 1,
    leftOut: 0,
  },
  ...{ contentBytes: 1, size: 1, sha256: `of ${uuid}`, warnings: [] },
});
const image = { name: 'compute', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute' };
const manifest = (packed: PackedRecord, initrd = 'i', id = 'id'): Manifest => ({
  ...{ schema: 1, image },
  build: builtRecord(initrd, { id }),
  pack: { bootFiles: { 'initrd-stateless.gz': builtRecord(initrd).initrd.sha256, kernel: 'k' }, ...packed },
});
const known = (label: string, of: Manifest): KnownPack => ({ label, manifest: of, folder: `/i/${label}` });

const holds = (content: string): PackedContent => ({
  sha256: content,
  parts: { 'etc/a': content, 'usr/bin': 'same' },
});
/** What packs hold, by their uuid, or why nobody knows. */
const contents =
  (by: Readonly<Record<string, PackedContent | string>>): ContentOf =>
  ({ manifest: { pack: packed } }) =>
    Promise.resolve(by[packed?.uuid ?? ''] ?? 'never asked for');

function published(now: Manifest, kept: readonly Manifest[] = [], entries: number[] = []): PublishedImage {
  return {
    ...{ name: 'compute', rootimgdir: '/install/c', words: [], kernel: 'k' },
    ...(now.build && { initrd: now.build.initrd.sha256 }),
    published: known('compute', now),
    generations: new Map(kept.map((one, index) => [index + 1, known(`compute@${index + 1}`, one)])),
    entries: new Set(entries),
  };
}

describe('nodeJudge', () => {
  const before = manifest(pack('u1'));
  const now = manifest(pack('u2'));
  const same = manifest(pack('u0'));
  const contentOf = contents({ u0: holds('c2'), u1: holds('c1'), u2: holds('c2') });
  const judge = nodeJudge(published(now, [before, now, same]), contentOf);

  it.each<[string, Parameters<typeof judge>[0], string, string[]]>([
    ['the same pack', { uuid: 'u2' }, 'same', []],
    ['the same packed file', { root: 'of u2' }, 'same', []],
    ['an earlier pack of the same', { uuid: 'u0' }, 'same', []],
    ['an earlier packed file of the same', { root: 'of u0' }, 'same', []],
    ['an earlier pack', { uuid: 'u1' }, 'stale', ['files: /etc/a']],
    ['a pack that nobody knows', { uuid: 'u9' }, 'unknown', ['IMAGEUUID u9 is of no pack that is kept']],
    ['no uuid', {}, 'unknown', ['a root without IMAGEUUID is of no pack that is kept']],
    ['its initrd', { uuid: 'u2', initrd: 'id' }, 'same', []],
    ['another initrd', { uuid: 'u2', initrd: 'other' }, 'stale', ['initrd: another one']],
    ['its kernel', { uuid: 'u2', kernel: 'k', release: '1.2' }, 'same', []],
    ['another release', { uuid: 'u2', release: '1.1' }, 'stale', ['kernel: 1.1 → 1.2']],
    [
      'another kernel',
      { uuid: 'u2', kernel: 'l', release: '1.2' },
      'stale',
      ['kernel: another build of 1.2'],
    ],
    [
      'a pack that nobody knows with another kernel',
      { uuid: 'u9', release: '1.1' },
      'stale',
      ['IMAGEUUID u9 is of no pack that is kept', 'kernel: 1.1 → 1.2'],
    ],
  ])('%s', async (_, node, state, changes) => {
    expect(await judge(node)).toMatchObject({ state, changes });
  });

  it('takes the initrd that is kept with its root where an older one does not tell which it is', async () => {
    const alike = contents({ u1: holds('c'), u2: holds('c') });
    const unchanged = nodeJudge(published(manifest(pack('u2'), 'j', 'id'), [before]), alike);
    expect(await unchanged({ uuid: 'u1' })).toMatchObject({ state: 'same' });
    const other = nodeJudge(published(manifest(pack('u2'), 'j', 'id2'), [before]), alike);
    expect(await other({ uuid: 'u1' })).toMatchObject({ state: 'stale', changes: ['initrd: another one'] });
  });

  it('asks what a pack holds where uuid and digest do not say it, once for all nodes', async () => {
    const asked: string[] = [];
    const ask: ContentOf = (one) => {
      asked.push(one.label);
      return contentOf(one);
    };
    const judgeAsking = nodeJudge(published(now, [before, now]), ask);
    await Promise.all([{ uuid: 'u2' }, { root: 'of u2' }, { uuid: 'u9' }].map(judgeAsking));
    expect(asked).toEqual([]);
    await Promise.all([{ uuid: 'u1' }, { uuid: 'u1' }, { root: 'of u1' }].map(judgeAsking));
    expect(asked).toEqual(['compute@1', 'compute']);
  });

  it('says why the roots cannot be compared; other packages are a change all the same', async () => {
    const why = contents({ u1: 'no room', u2: holds('c2') });
    const changes = ['files: not compared (no room)'];
    expect(await nodeJudge(published(now, [before]), why)({ uuid: 'u1' })).toMatchObject({
      ...{ state: 'unknown', from: 'compute@1', changes },
    });
    const build = now.build && { ...now.build, packages: [{ nevra: 'a-1-1.noarch' }] };
    const other = { ...now, ...(build && { build }) } as Manifest;
    expect(await nodeJudge(published(other, [before]), why)({ uuid: 'u1' })).toMatchObject({
      ...{ state: 'stale', changes: ['packages: 1 added', ...changes] },
    });
  });

  it('says that nothing is packed', async () => {
    const { pack: _, ...unpacked } = now;
    expect((await nodeJudge(published(unpacked), contentOf)({ uuid: 'u1' })).state).toBe('unknown');
  });
});

describe('nextBootOf', () => {
  const [one, two, now] = ['u1', 'u2', 'u3'].map((uuid) => manifest(pack(uuid)));
  it.each<[string, number[], number | undefined, string]>([
    ['what is published', [1], undefined, 'compute'],
    ['the set that its line names, while an entry points at it', [1, 2], 1, 'compute@1'],
    ['else the newest that one points at', [2], 1, 'compute@2'],
    ['what is published, where there are no entries', [], 1, 'compute'],
  ])('%s', (_, entries, pinned, label) => {
    const all = published(now as Manifest, [one as Manifest, two as Manifest], entries);
    expect(nextBootOf(all, pinned).label).toBe(label);
  });
});

describe('kernel lines', () => {
  it('words that each node, loader and pack has otherwise say nothing', () => {
    const line = 'BOOT_IMAGE=k imgurl=http://a/b.sfs imgsha256=1 initrd=i quiet BOOTIF=01-a x="a b" debug';
    expect(lineChange(line, ['quiet', 'x="a b"', 'new'], true)).toEqual({
      added: ['new'],
      removed: ['debug'],
    });
    expect(lineChange(line, [], false)).toEqual({ added: [], removed: [] });
  });

  it.each<[string, number | undefined]>([
    ['imgurl=http://10.0.0.1/install/c/generations/3/rootimg.sfs', 3],
    ['quiet imgurl=http://m:80/install%2Fc/generations/12/rootimg.sfs', 12],
    ['imgurl=http://m/install/d/generations/3/rootimg.sfs', undefined],
    ['imgurl=http://m/install/c/rootimg.sfs', undefined],
    ['imgurl=http://m/install/c/generations/0x3/rootimg.sfs', undefined],
    ['imgurl=http://m/%zz/generations/3/rootimg.sfs', undefined],
  ])('%s', (line, number) => {
    expect(pinnedGeneration(line, '/install/c')).toBe(number);
  });
});

describe('reports', () => {
  it('are read as xdsh and pdsh print them, and as boot reports have them', () => {
    const text =
      'n1: uuid=a\r\nn2: booted-uuid=b\nn1: line=x=y z: w\nn3: cat: no such file\nuuid=c\n-- n4 --\n';
    expect([...readReports(text)]).toEqual([
      ['n1', { uuid: 'a', line: 'x=y z: w' }],
      ['n2', { uuid: 'b' }],
      ['n3', undefined],
    ]);
    expect(readReport(['image=c', 'uuid=d'])).toEqual({ image: 'c', uuid: 'd' });
  });

  it('a name is a name, whatever objects inherit', () => {
    expect(readReports('__proto__: uuid=a\nconstructor: uuid=b\n').size).toBe(2);
  });
});

describe('the answer', () => {
  it('has nodes of which the same is said together, by their numbers, stale ones first', () => {
    const answer = groupNodes([
      ['n10', 'c', { state: 'same', to: 'c', changes: [] }],
      ['n9', 'c', { state: 'same', to: 'c', changes: [] }],
      ['x', undefined, { state: 'unknown', changes: ['why'] }],
      ['n1', 'c', { state: 'stale', from: 'c@1', to: 'c', changes: ['files: /etc/\u001bx'] }],
    ]);
    expect(answer.groups.map(({ nodes }) => nodes)).toEqual([['n1'], ['x'], ['n9', 'n10']]);
    expect(staleLines(answer)).toEqual([
      ...['stale: 1 node of c@1 → c', '  files: /etc/\\x1bx', '  n1'],
      ...['unknown: 1 node', '  why', '  x', 'same: 2 nodes of c', '  n9,n10'],
    ]);
  });
});
