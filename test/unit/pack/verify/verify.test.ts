import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chunkWriter } from '../../../../src/pack/streams/chunk-writer.ts';
import { writeCpio } from '../../../../src/pack/formats/cpio/write-cpio.ts';
import { formatOf } from '../../../../src/pack/formats/formats.ts';
import { unsigned32 } from '../../../../src/pack/formats/times.ts';
import { type MemberTable, memberTable } from '../../../../src/pack/members/member-table.ts';
import { selectMembers } from '../../../../src/pack/select/select.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';
import { readBack } from '../../../../src/pack/verify/read-back.ts';

let base: string;
let members: MemberTable;
let archive: Buffer;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'verify-'));
  const root = `${base}/root`;
  execFileSync('bash', [
    '-c',
    `mkdir -p ${root}/a/b && cd ${root} && echo text >a/b/c && ln -s c a/b/d && seq 200000 >large`,
  ]);
  members = (
    await selectMembers({
      root: openTree(root),
      rules: [],
      overrides: new Map(),
      identity: [],
      kept: new Set(),
      time: 0,
    })
  ).members;
  const chunks: Buffer[] = [];
  const out = chunkWriter((chunk) => Promise.resolve(chunks.push(Buffer.from(chunk))));
  await writeCpio(out, openTree(root), members, unsigned32, () => {});
  await out.end();
  archive = Buffer.concat(chunks);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** Compresses the archive into a file. */
function packed(program: string): string {
  const file = `${base}/archive`;
  writeFileSync(file, execFileSync(program, ['-c'], { input: archive }));
  return file;
}

/** The same members but for one that is changed or left out. */
function otherMembers(change: (table: MemberTable, index: number) => void): MemberTable {
  const table = memberTable();
  for (let index = 0; index < members.length; index++) change(table, index);
  return table;
}

function copyMember(table: MemberTable, index: number, changes: object = {}): void {
  const { path, ...values } = members.at(index);
  const cut = path.lastIndexOf('/');
  const folder = path === '.' ? '' : cut === -1 ? '.' : path.slice(0, cut);
  table.add(folder, path.slice(cut + 1), { ...values, ...changes });
}

function verifyArchive(
  path: string,
  method: string,
  compressor: string,
  table: MemberTable,
  bytes: Promise<number>,
) {
  return readBack({ path, format: formatOf(method), compressor }, table, bytes);
}

function verifySquashfs(path: string, table: MemberTable) {
  return readBack({ path, format: formatOf('squashfs'), compressor: 'gzip' }, table, Promise.resolve(0));
}

const written = () => Promise.resolve(archive.length);

test.each(['gzip', 'xz', 'zstd'] as const)(
  '%s: a good file gives its digest; a damaged or short one is told',
  async (compressor) => {
    const file = packed(compressor);
    const sha256 = execFileSync('sha256sum', [file], { encoding: 'utf8' }).slice(0, 64);
    const size = readFileSync(file).length;
    expect(await verifyArchive(file, 'cpio', compressor, members, written())).toEqual({ sha256, size });

    const bytes = readFileSync(file);
    bytes[Math.floor(bytes.length / 2)]! ^= 0x10;
    writeFileSync(file, bytes);
    await expect(verifyArchive(file, 'cpio', compressor, members, written())).rejects.toMatchObject({
      code: 'verify-failed',
    });

    packed(compressor);
    truncateSync(file, size - 10);
    await expect(verifyArchive(file, 'cpio', compressor, members, written())).rejects.toMatchObject({
      code: 'verify-failed',
    });
  },
);

test('other bytes than went in, a member too many, one missing, one that differs', async () => {
  const file = packed('gzip');
  const verify = (table: MemberTable, bytes = archive.length) =>
    verifyArchive(file, 'cpio', 'gzip', table, Promise.resolve(bytes));
  await expect(verify(members, archive.length + 512)).rejects.toThrow(
    `holds ${archive.length} bytes instead of`,
  );
  const fewer = otherMembers((table, index) => index < members.length - 1 && copyMember(table, index));
  await expect(verify(fewer)).rejects.toThrow('large is one member too many');
  const more = otherMembers((table, index) => copyMember(table, index));
  copyMember(more, 1);
  await expect(verify(more)).rejects.toThrow('a is missing');
  const other = otherMembers((table, index) => copyMember(table, index, index === 3 ? { uid: 7 } : {}));
  await expect(verify(other)).rejects.toThrow('a/b/c is not as it was written');
});

test('a file is followed while it grows', async () => {
  const file = packed('gzip');
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.subarray(0, 1000));
  const growing = (async () => {
    for (let at = 1000; at < bytes.length; at += 40_000) {
      await setTimeout(30);
      appendFileSync(file, bytes.subarray(at, at + 40_000));
    }
    return archive.length;
  })();
  expect(await verifyArchive(file, 'cpio', 'gzip', members, growing)).toMatchObject({ size: bytes.length });
});

test('what failed to be written is what is told', async () => {
  const file = packed('gzip');
  truncateSync(file, 500);
  const failure = Promise.reject(new Error('the disk is full'));
  await expect(verifyArchive(file, 'cpio', 'gzip', members, failure)).rejects.toThrow('the disk is full');
});

test('squashfs: the list must be the selected one', async () => {
  const file = `${base}/image.sfs`;
  execFileSync('mksquashfs', [`${base}/root`, file, '-no-progress', '-quiet']);
  expect(await verifySquashfs(file, members)).toMatchObject({ size: readFileSync(file).length });
  const fewer = otherMembers((table, index) => index < members.length - 1 && copyMember(table, index));
  await expect(verifySquashfs(file, fewer)).rejects.toThrow('more members than were selected');
  const more = otherMembers((table, index) => copyMember(table, index));
  copyMember(more, 1);
  await expect(verifySquashfs(file, more)).rejects.toThrow('ends too early');
  const later = otherMembers((table, index) => copyMember(table, index));
  for (let index = 0; index < 20_000; index += 1) copyMember(later, 1);
  await expect(verifySquashfs(file, later)).rejects.toThrow('ends too early');
  for (const swap of ['printf shorter >c', 'rm c; ln -s text c', 'rm c; mkfifo c', 'chmod 4644 c']) {
    execFileSync('sh', ['-c', `rm -rf swapped; cp -a root swapped; cd swapped/a/b && ${swap}`], {
      cwd: base,
    });
    execFileSync('mksquashfs', [`${base}/swapped`, file, '-noappend', '-no-progress', '-quiet']);
    await expect(verifySquashfs(file, members), swap).rejects.toThrow('a/b/c is not as it was written');
  }
  writeFileSync(file, 'no squashfs');
  await expect(verifySquashfs(file, members)).rejects.toMatchObject({ code: 'program-failed' });
});
