import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chunkWriter } from '../../../../../src/pack/streams/chunk-writer.ts';
import { extentBytes, sparseMap, wholeBlocks } from '../../../../../src/pack/members/extents.ts';
import { findHoles } from '../../../../../src/pack/formats/tar/find-holes.ts';
import { limitProblems } from '../../../../../src/pack/formats/check-limits.ts';
import { formatOf } from '../../../../../src/pack/formats/formats.ts';
import { anyTime } from '../../../../../src/pack/formats/times.ts';
import { filledOnNode } from '../../../../../src/pack/formats/node-facts.ts';
import { writeTar } from '../../../../../src/pack/formats/tar/write-tar.ts';
import type { Override } from '../../../../../src/pack/members/override.ts';
import type { MemberTable } from '../../../../../src/pack/members/member-table.ts';
import { selectMembers } from '../../../../../src/pack/select/select.ts';
import { byteReader } from '../../../../../src/pack/streams/byte-reader.ts';
import type { ReadMember } from '../../../../../src/pack/formats/format.ts';
import { openTree } from '../../../../../src/system/tree/open-tree.ts';
import { readTar } from '../../../../../src/pack/formats/tar/read-tar.ts';
import { amount } from '../../../../lib/amount.ts';

let base: string;
let root: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'holes-'));
  root = `${base}/root`;
  mkdirSync(root);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const page = 4096;

/** A file with bytes only in some pages of its size. */
function makeSparse(path: string, size: number, pages: readonly number[]): void {
  const fd = openSync(path, 'w');
  ftruncateSync(fd, size);
  for (const at of pages) {
    const length = Math.min(page, size - at * page);
    if (length > 0) writeSync(fd, Buffer.alloc(length, 1 + (at % 250)), 0, length, at * page);
  }
  closeSync(fd);
}

async function select(overrides = new Map<string, Override>()): Promise<MemberTable> {
  const input = {
    root: openTree(root),
    rules: [],
    overrides,
    identity: [],
    kept: new Set<string>(),
    time: 0,
  };
  return (await selectMembers(input)).members;
}

async function tarOf(members: MemberTable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const out = chunkWriter((chunk) => Promise.resolve(chunks.push(Buffer.from(chunk))));
  const holes = await findHoles(openTree(root), members);
  await writeTar(out, openTree(root), members, { at: () => [] }, holes, anyTime, () => {});
  await out.end();
  return Buffer.concat(chunks);
}

async function readBack(archive: Buffer): Promise<ReadMember[]> {
  const found: ReadMember[] = [];
  const pieces = async function* () {
    for (let at = 0; at < archive.length; at += 7000) yield archive.subarray(at, at + 7000);
  };
  const reader = byteReader(pieces());
  await readTar(reader, (member) => found.push(member));
  return found;
}

function unpack(program: string, archive: Buffer): string {
  const folder = mkdtempSync(`${base}/out-`);
  // Whatever the locale of who runs this: bsdtar refuses the names of an archive that its own cannot say.
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  execFileSync(program, ['-x', '-f', '-', '-p', '-C', folder], { input: archive, env });
  return folder;
}

const sparseFile = fc.record({
  pages: fc.integer({ min: 20, max: 400 }),
  tail: fc.integer({ min: 0, max: page - 1 }),
  filled: fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 12 }),
});

test('files with holes anywhere come back the same, as holes, from GNU tar and bsdtar, and our reader knows where', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(sparseFile, { minLength: 1, maxLength: 4 }), async (files) => {
      rmSync(root, { recursive: true });
      mkdirSync(`${root}/${'deep'.repeat(30)}`, { recursive: true });
      const paths = files.map(({ pages, tail, filled }, index) => {
        const path = index === 0 ? `${'deep'.repeat(30)}/file\xe9` : `file ${index}`;
        makeSparse(`${root}/${path}`, pages * page + tail, filled);
        return path;
      });
      writeFileSync(`${root}/plain`, 'plain');
      const members = await select();
      const archive = await tarOf(members);
      for (const program of ['tar', 'bsdtar']) {
        const folder = unpack(program, archive);
        for (const path of paths) {
          expect(readFileSync(`${folder}/${path}`).equals(readFileSync(`${root}/${path}`))).toBe(true);
          expect(statSync(`${folder}/${path}`).blocks).toBeLessThanOrEqual(
            statSync(`${root}/${path}`).blocks,
          );
        }
        expect(readFileSync(`${folder}/plain`, 'utf8')).toBe('plain');
        rmSync(folder, { recursive: true });
      }
      const found = await readBack(archive);
      expect(found.map(({ path }) => path)).toEqual([...members].map(({ path }) => path));
      expect(found.filter(({ mode }) => (mode! & 0o170000) === 0o100000).map(({ size }) => size)).toEqual(
        [...members].filter(({ mode }) => (mode & 0o170000) === 0o100000).map(({ size }) => size),
      );
    }),
    { numRuns: amount(5, 15) },
  );
});

test('a hole of a terabyte takes no bytes, in the tree and in what is brought from this machine; hard links are one file', async () => {
  makeSparse(`${root}/lastlog`, 2 ** 40, [1000, 2 ** 27]);
  linkSync(`${root}/lastlog`, `${root}/other`);
  truncateSync(openFile(`${root}/empty`), 2 ** 40);
  makeSparse(`${base}/synced`, 2 ** 40 + 5, [7]);
  const content = { source: `${base}/synced`, size: 2 ** 40 + 5, stored: page };
  const mtime = Math.floor(statSync(`${base}/synced`).mtimeMs / 1000);
  const override: Override = { path: 'synced', mode: 0o100600, uid: 0, gid: 0, mtime, content };
  const members = await select(new Map([['synced', override]]));
  const holes = await findHoles(openTree(root), members);
  expect(holes.files.map(({ index }) => members.pathAt(index))).toEqual(['empty', 'lastlog', 'synced']);
  expect(holes.bytes).toBe(3 * 2 ** 40 + 5 - 3 * page);
  const archive = await tarOf(members);
  expect(archive.length).toBeLessThan(60_000);
  const folder = unpack('tar', archive);
  expect(statSync(`${folder}/other`)).toMatchObject({ size: 2 ** 40, nlink: 2 });
  expect(statSync(`${folder}/empty`)).toMatchObject({ size: 2 ** 40, blocks: 0 });
  expect(statSync(`${folder}/synced`).size).toBe(2 ** 40 + 5);
});

function openFile(path: string): string {
  writeFileSync(path, '');
  return path;
}

test('files without holes, and with ones not worth it, ask nobody', async () => {
  writeFileSync(`${root}/full`, Buffer.alloc(200_000, 'x'));
  makeSparse(`${root}/small`, 60_000, []);
  expect([...(await select()).sparse()]).toEqual([]);
});

test('extents grow to whole blocks and join; the map says where a file ends', () => {
  const extents = [
    { offset: 100, length: 10 },
    { offset: 500, length: 100 },
    { offset: 5000, length: 0 },
    { offset: 9000, length: 1000 },
  ];
  const grown = [
    { offset: 0, length: 1024 },
    { offset: 8704, length: 1296 },
  ];
  expect(wholeBlocks(extents, 10_000)).toEqual(grown);
  expect(extentBytes(grown)).toBe(2320);
  expect(sparseMap(grown, 10_000)).toBe('2\n0\n1024\n8704\n1296\n'.padEnd(512, '\0'));
  expect(sparseMap(grown, 10_001)).toBe('3\n0\n1024\n8704\n1296\n10001\n0\n'.padEnd(512, '\0'));
  expect(sparseMap([], 7)).toBe('1\n7\n0\n'.padEnd(512, '\0'));
});

describe('what cannot be done', () => {
  test.each(['squashfs', 'erofs'] as const)(
    '%s refuses a hole that its tool would read for minutes',
    async (method) => {
      makeSparse(`${root}/lastlog`, 300 * 1024 ** 3, []);
      expect(limitProblems(formatOf(method), await select())).toMatchObject([
        {
          code: 'holes-limit',
          message: expect.stringContaining('lastlog (300 GiB)'),
          hint: 'Leave them out with the exlist, or pack with -m tar.',
        },
      ]);
      expect(limitProblems(formatOf('tar'), await select())).toEqual([]);
    },
  );

  test('cpio advises only formats that take the file with its holes', async () => {
    makeSparse(`${root}/lastlog`, 300 * 1024 ** 3, []);
    expect(limitProblems(formatOf('cpio'), await select())).toMatchObject([
      { code: 'cpio-limit', hint: 'Leave them out with the exlist, or pack with -m tar.' },
    ]);
  });

  test('an initrd that fills holes is told by file and size; one that does not, not', async () => {
    makeSparse(`${root}/lastlog`, 3 * 1024 ** 2, []);
    const members = await select();
    const facts = {
      initrdPrograms: undefined,
      initrdModules: [],
      foreignInitrd: false,
      initrdAbilities: [],
      kernelVersion: undefined,
    };
    const holes = await findHoles(openTree(root), members);
    expect(filledOnNode(members, holes, facts)).toEqual([expect.stringContaining('lastlog (3 MB)')]);
    expect(filledOnNode(members, holes, { ...facts, initrdAbilities: ['holes'] })).toEqual([]);
  });
});
