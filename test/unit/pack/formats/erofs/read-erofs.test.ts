import { closeSync, openSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listErofs } from '../../../../../src/pack/formats/erofs/list-erofs.ts';
import { type ErofsMember, readErofs } from '../../../../../src/pack/formats/erofs/read-erofs.ts';
import { useFolder } from '../../../../lib/folder.ts';

const folder = useFolder();

interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly uid?: number;
  /** Size of a file; device number of a device. */
  readonly value?: number;
  /** Of a folder. */
  readonly entries?: readonly Entry[];
  /** An inode of 64 bytes, for which numbers may be large. */
  readonly extended?: boolean;
  /** A folder's names in blocks of their own rather than behind its inode. */
  readonly plain?: boolean;
}

const [regular, directory, device] = [0o100644, 0o040755, 0o020600];

/** An erofs of these things: superblock, blocks of folders, inodes (Linux, fs/erofs/erofs_fs.h). */
function build(root: Entry, blockBits: number): Buffer {
  const blockSize = 2 ** blockBits;
  const blocks: Buffer[] = [];
  const firstBlock = Math.ceil(2048 / blockSize);
  const inodes: Buffer[] = [];
  let nid = 0;
  const place = (entry: Entry): number => {
    const children = (entry.entries ?? []).map((child) => ({ name: child.name, nid: place(child) }));
    const isFolder = entry.entries !== undefined;
    const names = isFolder ? folderBlocks([{ name: '.', nid: 0 }, ...children], blockSize) : [];
    const last = names.at(-1);
    const isInline = isFolder && entry.plain !== true;
    const tail = isInline && last !== undefined ? last : Buffer.alloc(0);
    const whole = isInline ? names.slice(0, -1) : names;
    const start = firstBlock + blocks.length;
    for (const block of whole) blocks.push(Buffer.concat([block], blockSize));
    const size = isFolder ? blockSize * (names.length - 1) + (last?.length ?? 0) : (entry.value ?? 0);
    const isDevice = entry.mode === device;
    const raw = Buffer.alloc(entry.extended ? 64 : 32);
    raw.writeUInt16LE((entry.extended ? 1 : 0) | ((isInline ? 2 : 0) << 1), 0);
    raw.writeUInt16LE(entry.mode, 4);
    if (entry.extended) raw.writeBigUInt64LE(BigInt(isDevice ? 0 : size), 8);
    else raw.writeUInt32LE(isDevice ? 0 : size, 8);
    raw.writeUInt32LE(isDevice ? (entry.value ?? 0) : start, 16);
    if (entry.extended) raw.writeUInt32LE(entry.uid ?? 0, 24);
    else raw.writeUInt16LE(entry.uid ?? 0, 24);
    const bytes = Buffer.concat([raw, tail]);
    const units = Math.ceil(bytes.length / 32);
    inodes.push(Buffer.concat([bytes], units * 32));
    nid += units;
    return nid - units;
  };
  const rootNid = place(root);
  const metaBlock = firstBlock + blocks.length;
  const superblock = Buffer.alloc(firstBlock * blockSize);
  superblock.writeUInt32LE(0xe0f5e1e2, 1024);
  superblock.writeUInt8(blockBits, 1024 + 12);
  superblock.writeUInt16LE(rootNid, 1024 + 14);
  superblock.writeUInt32LE(metaBlock, 1024 + 40);
  return Buffer.concat([superblock, ...blocks, ...inodes]);
}

/** Blocks of entries, each with its names behind them; the last one is as long as what is in it. */
function folderBlocks(entries: readonly { name: string; nid: number }[], blockSize: number): Buffer[] {
  const found: Buffer[] = [];
  let batch: typeof entries = [];
  const length = (list: typeof entries) => list.reduce((sum, { name }) => sum + 12 + name.length, 0);
  const close = (isLast: boolean) => {
    const block = Buffer.alloc(isLast ? length(batch) : blockSize);
    let name = 12 * batch.length;
    batch.forEach((entry, index) => {
      block.writeBigUInt64LE(BigInt(entry.nid), 12 * index);
      block.writeUInt16LE(name, 12 * index + 8);
      name += block.write(entry.name, name, 'latin1');
    });
    found.push(block);
    batch = [];
  };
  for (const entry of entries) {
    if (length([...batch, entry]) > blockSize) close(false);
    batch = [...batch, entry];
  }
  close(true);
  return found;
}

/** What the entries say of themselves, as the reader should. */
function expected({ mode, uid = 0, value = 0, entries }: Entry, path = '.'): Partial<ErofsMember>[] {
  const isDevice = mode === device;
  const numbers = isDevice ? { major: value >> 8, minor: value & 0xff } : { major: 0, minor: 0 };
  const own = { path, mode, uid, ...numbers, ...(entries || isDevice ? {} : { size: value }) };
  const inside = (entries ?? []).flatMap((one) =>
    expected(one, path === '.' ? one.name : `${path}/${one.name}`),
  );
  return [own, ...inside];
}

async function read(bytes: Buffer): Promise<ErofsMember[]> {
  const fd = openSync(await folder.file('image', bytes), 'r');
  try {
    return [...readErofs(fd)];
  } finally {
    closeSync(fd);
  }
}

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `file-with-a-longer-name-${String(index).padStart(4, '0')}`,
    mode: regular,
    value: index,
  }));

describe('readErofs', () => {
  it.each([
    ['512 bytes', 9],
    ['4 KiB', 12],
    ['16 KiB', 14],
    ['64 KiB, as hosts with such pages make them', 16],
  ])('reads file systems with blocks of %s', async (_, blockBits) => {
    const tree: Entry = {
      name: '',
      mode: directory,
      entries: [
        {
          name: 'dev',
          mode: directory,
          plain: true,
          entries: [{ name: 'tty', mode: device, value: 0x0501 }],
        },
        { name: 'empty', mode: directory, entries: [] },
        { name: 'large', mode: regular, value: 2 ** 40, uid: 70_000, extended: true },
        { name: 'usr', mode: directory, uid: 12, entries: many(3000) },
        { name: 'var', mode: directory, plain: true, extended: true, entries: many(100) },
      ],
    };
    expect(await read(build(tree, blockBits))).toMatchObject(expected(tree));
  });

  it('gives names as their bytes, padded ones without the padding', async () => {
    const tree: Entry = {
      name: '',
      mode: directory,
      plain: true,
      entries: [{ name: '\xff\xfe name', mode: regular, value: 3 }],
    };
    expect((await read(build(tree, 12))).map(({ path }) => path)).toEqual(['.', '\xff\xfe name']);
  });

  const good = () => build({ name: '', mode: directory, entries: many(3) }, 12);

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['no erofs', () => Buffer.alloc(5000)],
    ['blocks of no length', (bytes) => (bytes.writeUInt8(40, 1024 + 12), bytes)],
    [
      'a folder of a layout that nobody knows',
      (bytes) => (bytes.writeUInt16LE(7 << 1, inodeOf(bytes)), bytes),
    ],
    ['a file that is cut off', (bytes) => bytes.subarray(0, -40)],
    ['an empty file', () => Buffer.alloc(0)],
  ])('refuses %s', async (_, change) => {
    await expect(read(change(good()))).rejects.toThrow(RangeError);
  });

  const inodeOf = (bytes: Buffer) =>
    4096 * bytes.readUInt32LE(1024 + 40) + 32 * bytes.readUInt16LE(1024 + 14);

  it('reads damaged bytes as something else or refuses them as damaged', async () => {
    const bytes = good();
    const change = fc.tuple(fc.integer({ min: 1024, max: bytes.length - 1 }), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 4 }), async (changes) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        const fd = openSync(await folder.file('image', damaged), 'r');
        try {
          let left = 1000;
          for (const _ of readErofs(fd)) if ((left -= 1) === 0) break;
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        } finally {
          closeSync(fd);
        }
      }),
      { numRuns: 50 },
    );
  });
});

it('listErofs says no size of folders, which is not that of the tree', async () => {
  const file = await folder.file('image', build({ name: '', mode: directory, entries: many(2) }, 12));
  const sizes: (number | undefined)[] = [];
  await listErofs(file, ({ size }) => sizes.push(size));
  expect(sizes).toEqual([undefined, 0, 1]);
});
