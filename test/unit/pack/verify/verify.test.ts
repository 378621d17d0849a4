import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chunkWriter } from '../../../../src/pack/streams/chunk-writer.ts';
import { writeCpio } from '../../../../src/pack/formats/cpio/write-cpio.ts';
import { formatOf } from '../../../../src/pack/formats/formats.ts';
import { unsigned32 } from '../../../../src/pack/formats/times.ts';
import { noHoles } from '../../../../src/pack/members/holes.ts';
import { type MemberTable, memberTable } from '../../../../src/pack/members/member-table.ts';
import { selectMembers } from '../../../../src/pack/select/select.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';
import { checkWriter, confirmWritten, readMembers } from '../../../../src/pack/verify/read-back.ts';
import { throughProgram } from '../../../../src/pack/streams/feed-program.ts';
import { addAll } from '../../../../src/pack/streams/chunk-writer.ts';
import { compressArgv } from '../../../../src/pack/formats/archive/compressors.ts';

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
  output: Promise<{ bytes: number }>,
) {
  return readMembers({ path, format: formatOf(method), compressor }, table, output);
}

function verifySquashfs(path: string, table: MemberTable) {
  return readMembers({ path, format: formatOf('squashfs'), compressor: 'gzip' }, table);
}

const written = () => Promise.resolve({ bytes: archive.length });

test.each(['gzip', 'xz', 'zstd'] as const)(
  '%s: all members are there; a damaged or short one is told',
  async (compressor) => {
    const file = packed(compressor);
    await verifyArchive(file, 'cpio', compressor, members, written());
    const bytes = readFileSync(file);
    const { length } = bytes;
    bytes[Math.floor(length / 2)]! ^= 0x10;
    writeFileSync(file, bytes);
    await expect(verifyArchive(file, 'cpio', compressor, members, written())).rejects.toMatchObject({
      code: 'verify-failed',
    });

    packed(compressor);
    truncateSync(file, length - 10);
    await expect(verifyArchive(file, 'cpio', compressor, members, written())).rejects.toMatchObject({
      code: 'verify-failed',
    });
  },
);

/** Packs the archive as packimage does. */
async function packedByUs(compressor: string) {
  const path = `${base}/archive`;
  rmSync(path, { force: true });
  const argv = compressArgv(compressor, 2);
  const output = await throughProgram(argv, path, base, (out) => addAll(out, archive));
  return { file: { path, format: formatOf('cpio'), compressor }, output };
}

const compressed = ['gzip', 'pigz', 'xz', 'zstd'] as const;

test.each(compressed)(
  '%s: the disk gives back what came out of the compressor; any bit, any byte too few or too many is told',
  async (compressor) => {
    const { file, output } = await packedByUs(compressor);
    const good = readFileSync(file.path);
    const sha256 = createHash('sha256').update(good).digest('hex');
    expect(await confirmWritten(file, Promise.resolve(output))).toEqual({ sha256, size: good.length });
    const damages: ((bytes: Buffer) => Buffer)[] = [
      ...[0, 0.3, 0.999].map((part) => (bytes: Buffer) => {
        bytes[Math.floor(part * bytes.length)]! ^= 1 << Math.floor(8 * part);
        return bytes;
      }),
      (bytes) => bytes.subarray(0, -1),
      (bytes) => bytes.subarray(0, 4096),
      (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]),
      () => Buffer.alloc(0),
    ];
    for (const damage of damages) {
      writeFileSync(file.path, damage(Buffer.from(good)));
      await expect(confirmWritten(file, Promise.resolve(output))).rejects.toThrow(
        'gives other bytes back than were written',
      );
    }
  },
);

test('what the compressor left out is told, even when it ended well', async () => {
  const { file, output } = await packedByUs('zstd');
  const cut = readFileSync(file.path).subarray(0, -1);
  writeFileSync(file.path, cut);
  const made = { ...output, sha256: createHash('sha256').update(cut).digest('hex') };
  await expect(confirmWritten(file, Promise.resolve(made))).rejects.toThrow(
    'the zstd frame does not end where the file does',
  );
});

test('a writer that leaves out members or content is told', () => {
  const output = { sha256: '', size: 1, bytes: 1000 };
  const selection = { members, contentBytes: 1000 };
  checkWriter({ output, begun: members.length }, selection, noHoles);
  checkWriter({ begun: 0 }, selection, noHoles);
  const fewer = () => checkWriter({ output, begun: members.length - 1 }, selection, noHoles);
  expect(fewer).toThrow(`it has ${members.length - 1} members instead of ${members.length}`);
  const less = () => checkWriter({ output, begun: members.length }, { members, contentBytes: 1001 }, noHoles);
  expect(less).toThrow('1000 bytes went in instead of 1001 and more');
  checkWriter({ output, begun: members.length }, { members, contentBytes: 1500 }, { ...noHoles, bytes: 500 });
});

test('other bytes than went in, a member too many, one missing, one that differs', async () => {
  const file = packed('gzip');
  const verify = (table: MemberTable, bytes = archive.length) =>
    verifyArchive(file, 'cpio', 'gzip', table, Promise.resolve({ bytes }));
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
    return { bytes: archive.length };
  })();
  await verifyArchive(file, 'cpio', 'gzip', members, growing);
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
  await verifySquashfs(file, members);
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
