import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { byteReader } from '../../../../src/pack/streams/byte-reader.ts';
import { type ChunkWriter, chunkSize, chunkWriter } from '../../../../src/pack/streams/chunk-writer.ts';
import { addHeader, writeCpio } from '../../../../src/pack/formats/cpio/write-cpio.ts';
import { noHoles } from '../../../../src/pack/members/holes.ts';
import { limitProblems } from '../../../../src/pack/formats/check-limits.ts';
import { formatOf } from '../../../../src/pack/formats/formats.ts';
import { anyTime } from '../../../../src/pack/formats/times.ts';
import {
  type MemberTable,
  memberTable,
  type MemberValues,
} from '../../../../src/pack/members/member-table.ts';
import { aclText } from '../../../../src/pack/formats/tar/posix-acl.ts';
import type { ReadMember } from '../../../../src/pack/formats/format.ts';
import { readCpio } from '../../../../src/pack/formats/cpio/read-cpio.ts';
import { readTar } from '../../../../src/pack/formats/tar/read-tar.ts';
import { selectMembers } from '../../../../src/pack/select/select.ts';
import {
  paxRecord,
  paxRecords,
  tarHeader,
  type TarHeader,
} from '../../../../src/pack/formats/tar/tar-header.ts';
import { writeTar } from '../../../../src/pack/formats/tar/write-tar.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'archives-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const noXattrs = { at: () => [] };

async function collect(write: (out: ChunkWriter) => Promise<void>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const out = chunkWriter((chunk) => Promise.resolve(chunks.push(Buffer.from(chunk))));
  await write(out);
  await out.end();
  return Buffer.concat(chunks);
}

async function select(): Promise<MemberTable> {
  const input = {
    root: openTree(root),
    rules: [],
    overrides: new Map(),
    identity: [],
    kept: new Set<string>(),
    time: 0,
  };
  return (await selectMembers(input)).members;
}

const plain: MemberValues = {
  mode: 0o100644,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 0,
  major: 0,
  minor: 0,
  link: 0,
  override: undefined,
};

describe('cpio', () => {
  test('a header is 110 bytes of hex digits, then the name, padded to 4', async () => {
    const fields = {
      inode: 1,
      mode: 0o100644,
      uid: 0xffffffff,
      gid: 2,
      links: 1,
      mtime: 3,
      size: 4,
      major: 5,
      minor: 6,
    };
    const header = await collect(async (out) => addHeader(out, { ...fields, name: 'ab' }));
    expect(header.toString('latin1')).toBe(
      '070701' +
        ['00000001', '000081a4', 'ffffffff', '00000002', '00000001', '00000003', '00000004'].join('') +
        ['00000000', '00000000', '00000005', '00000006', '00000003', '00000000'].join('') +
        'ab\0'.padEnd(6, '\0'),
    );
    expect(header.length % 4).toBe(0);
  });

  test('the last of several names carries the bytes; a single name that is left is a plain file', async () => {
    writeFileSync(`${root}/a`, 'text');
    linkSync(`${root}/a`, `${root}/b`);
    writeFileSync(`${root}/c`, 'x');
    linkSync(`${root}/c`, join(root, '..', `${root.split('/').at(-1)}-outside`));
    const archive = await collect(async (out) =>
      writeCpio(out, openTree(root), await select(), anyTime, () => {}),
    );
    rmSync(`${root}-outside`);
    expect(archive.length % 512).toBe(0);
    const listing = execFileSync('cpio', ['-itv', '--quiet'], { input: archive, encoding: 'utf8' });
    expect(
      listing
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .map((words) => [words[1], words[4], words[8]]),
    ).toEqual([
      ['2', '0', '.'],
      ['2', '0', 'a'],
      ['2', '4', 'b'],
      ['1', '1', 'c'],
      [undefined, undefined, undefined],
    ]);
  });

  test('times are clamped into 32 bits and to the latest that is allowed', async () => {
    writeFileSync(`${root}/a`, '');
    execFileSync('touch', ['-d', '@-100', `${root}/a`]);
    writeFileSync(`${root}/b`, '');
    utimesSync(`${root}/b`, 5000, 5000);
    const archive = await collect(async (out) =>
      writeCpio(out, openTree(root), await select(), { earliest: 0, latest: 1000 }, () => {}),
    );
    const times = [...archive.toString('latin1').matchAll(/070701.{40}(.{8})/g)].map((match) =>
      parseInt(match[1]!, 16),
    );
    expect(times).toEqual([1000, 0, 1000, 0]);
  });

  test('files from 4 GiB on are named', () => {
    const members = memberTable();
    members.add('', '.', { ...plain, mode: 0o40755 });
    members.add('.', 'fits', { ...plain, size: 2 ** 32 - 1 });
    members.add('.', 'large', { ...plain, size: 2 ** 32 });
    expect(limitProblems(formatOf('cpio'), members)).toMatchObject([
      { code: 'cpio-limit', message: expect.stringMatching(/: large \(4294967296 bytes\)\.$/) },
    ]);
    expect(limitProblems(formatOf('tar'), members)).toEqual([]);
  });
});

describe('tar', () => {
  const header: TarHeader = {
    name: './a',
    type: '0',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 0,
    linkName: '',
    major: 0,
    minor: 0,
  };

  test('records count their own length, also where a digit is added by it', () => {
    expect(paxRecord('a', 'b')).toBe('6 a=b\n');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1200 }), (length) => {
        const record = paxRecord('key', 'v'.repeat(length));
        expect(parseInt(record, 10)).toBe(record.length);
      }),
    );
  });

  test('what does not fit a header is said in records, and only that', () => {
    expect(paxRecords(header, [])).toBe('');
    expect(paxRecords({ ...header, uid: 0o7777777, size: 0o77777777777, name: 'n'.repeat(100) }, [])).toBe(
      '',
    );
    const records = paxRecords(
      { ...header, uid: 0o10000000, size: 2 ** 33, mtime: -1, name: 'n'.repeat(101) },
      [],
    );
    expect(records.replace(/^\d+ /gm, '')).toBe(
      `path=${'n'.repeat(101)}\nsize=8589934592\nuid=2097152\nmtime=-1\n`,
    );
    expect(paxRecords({ ...header, name: '\xff'.repeat(101) }, [])).toContain('hdrcharset=BINARY\n');
    expect(tarHeader({ ...header, uid: 2 ** 31, mtime: -5 })).toHaveLength(512);
  });

  test('an ACL as the kernel keeps it is written as text with numbers', () => {
    const entries = [
      [1, 7, -1],
      [2, 5, 1234],
      [4, 4, -1],
      [8, 6, 77],
      [16, 7, -1],
      [32, 0, -1],
    ];
    const bytes = Buffer.alloc(4 + 8 * entries.length);
    bytes.writeUInt32LE(2, 0);
    for (const [index, [tag, permissions, id]] of entries.entries()) {
      bytes.writeUInt16LE(tag!, 4 + 8 * index);
      bytes.writeUInt16LE(permissions!, 6 + 8 * index);
      bytes.writeInt32LE(id!, 8 + 8 * index);
    }
    expect(aclText(bytes.toString('latin1'))).toBe(
      'user::rwx,user:1234:r-x,group::r--,group:77:rw-,mask::rwx,other::---',
    );
    expect(() => aclText('\x03\0\0\0')).toThrow('unknown form');
  });
});

describe('reading back', () => {
  async function read(archive: Buffer, how: typeof readCpio, step: number): Promise<ReadMember[]> {
    const found: ReadMember[] = [];
    const pieces = async function* () {
      for (let at = 0; at < archive.length; at += step) yield archive.subarray(at, at + step);
    };
    const reader = byteReader(pieces());
    await how(reader, (member) => found.push(member));
    await reader.drain();
    expect(reader.position).toBe(archive.length);
    return found;
  }

  beforeEach(() => {
    mkdirSync(Buffer.from(`${root}/${'long'.repeat(40)}/\xff`, 'latin1'), { recursive: true });
    writeFileSync(`${root}/large`, Buffer.alloc(chunkSize + 3, 'x'));
    writeFileSync(`${root}/new\nline`, 'abc');
    symlinkSync('t'.repeat(150), `${root}/symlink`);
    linkSync(`${root}/large`, `${root}/last`);
  });

  test.each([
    ['cpio', readCpio],
    ['tar', readTar],
  ] as const)('%s: our reader sees what our writer wrote, in pieces of any size', async (method, how) => {
    const members = await select();
    const archive = await collect((out) =>
      method === 'cpio'
        ? writeCpio(out, openTree(root), members, anyTime, () => {})
        : writeTar(out, openTree(root), members, noXattrs, noHoles, anyTime, () => {}),
    );
    for (const step of [1_000_000, 4096, 511, 7]) {
      const found = await read(archive, how, step);
      expect(found.map((member) => member.path)).toEqual([...members].map((member) => member.path));
      expect(found.find((member) => member.path === 'symlink')?.target).toBe('t'.repeat(150));
      expect(found.map((member) => member.size ?? 0).filter((size) => size > 1000)).toEqual([chunkSize + 3]);
    }
  });

  test.each([
    ['cpio', readCpio],
    ['tar', readTar],
  ] as const)('%s: an archive that is cut off or damaged is no archive', async (method, how) => {
    const members = await select();
    const archive = await collect((out) =>
      method === 'cpio'
        ? writeCpio(out, openTree(root), members, anyTime, () => {})
        : writeTar(out, openTree(root), members, noXattrs, noHoles, anyTime, () => {}),
    );
    await expect(read(archive.subarray(0, 3000), how, 512)).rejects.toThrow('ends too early');
    const damaged = Buffer.from(archive);
    damaged[2] = 0x21;
    await expect(read(damaged, how, 512)).rejects.toThrow('at byte 0');
  });
});

describe('a file that is not as it was selected', () => {
  test.each([
    ['shorter', () => writeFileSync(`${root}/file`, 'te')],
    ['longer', () => writeFileSync(`${root}/file`, 'textual')],
    ['gone', () => rmSync(`${root}/file`)],
    ['touched', () => utimesSync(`${root}/file`, 1, 1)],
    [
      'a link now',
      () => {
        rmSync(`${root}/file`);
        symlinkSync('/etc/passwd', `${root}/file`);
      },
    ],
  ])('%s: an error names it', async (_, change) => {
    writeFileSync(`${root}/file`, 'text');
    const members = await select();
    change();
    for (const write of [
      (out: ChunkWriter) => writeCpio(out, openTree(root), members, anyTime, () => {}),
      (out: ChunkWriter) => writeTar(out, openTree(root), members, noXattrs, noHoles, anyTime, () => {}),
    ]) {
      await expect(collect(write)).rejects.toMatchObject({
        code: 'file-changed',
        message: expect.stringContaining(`${root}/file`),
      });
    }
  });
});

test('chunks hand on everything in order, whatever the pieces, and are not used while under way', async () => {
  const taken: Buffer[] = [];
  const out = chunkWriter(async (chunk) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    taken.push(Buffer.from(chunk));
  });
  let expected = 0;
  for (let piece = 0; piece < 60; piece++) {
    const size = (piece * 7919) % 200_000;
    if (out.room < size) await out.flush();
    out.add(Buffer.alloc(size, piece));
    expected += size;
  }
  expect(out.written).toBe(expected);
  await out.end();
  const all = Buffer.concat(taken);
  expect(all.length).toBe(expected);
  let at = 0;
  for (let piece = 0; piece < 60; piece++) {
    const size = (piece * 7919) % 200_000;
    expect(all.subarray(at, at + size).every((byte) => byte === piece)).toBe(true);
    at += size;
  }
});
