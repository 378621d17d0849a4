import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { flushGrowing } from '../../../src/base/flush.ts';
import { digestIfOnDisk, digestOf, digestOnDisk, digestOrReason } from '../../../src/system/file-digest.ts';
import * as signals from '../../../src/system/signals.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rootimg-digest-'));
  writeFileSync(join(folder, 'f'), 'abc');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Of a file that is complete. */
const whole = (path: string) => flushGrowing(path, Promise.resolve());
const ifOnDisk = (path: string) => (copy: FileHandle) => digestIfOnDisk(path, copy);

test('gives the digest, or why there is none', async () => {
  expect(await digestOrReason(join(folder, 'f'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  expect(await digestOrReason(join(folder, 'none'))).toBe('ENOENT');
  expect(await digestOrReason(folder)).toBe('EISDIR');
});

test('a stop is no reason: it ends the work', async () => {
  vi.spyOn(signals.stopSignal, 'throwIfAborted').mockImplementation(() => {
    throw signals.stoppedError('SIGINT');
  });
  await expect(digestOrReason(join(folder, 'f'))).rejects.toThrow('Stopped by SIGINT');
});

test('past the page cache, where the file system allows it, as otherwise; a proc file does not', async () => {
  const path = join(folder, 'f');
  const inMemory = join(mkdtempSync('/dev/shm/rootimg-digest-'), 'f');
  try {
    for (const size of [0, 1, 511, 4096, 1024 * 1024, 3 * 1024 * 1024 + 17]) {
      const bytes = randomBytes(size);
      writeFileSync(path, bytes);
      writeFileSync(inMemory, bytes);
      const digested = { ...(await digestOf(path)), size };
      for (const one of [path, inMemory]) {
        expect([await digestOnDisk(one, whole(one)), await digestIfOnDisk(one)]).toEqual([
          digested,
          digested,
        ]);
      }
    }
  } finally {
    rmSync(dirname(inMemory), { recursive: true });
  }
  const fixed = '/proc/sys/kernel/ostype';
  if (existsSync(fixed)) expect(await digestIfOnDisk(fixed)).toEqual(await digestOf(fixed));
  const none = join(folder, 'none');
  await expect(digestOnDisk(none, whole(none))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('what is read from the disk is written to a copy in passing, and its failure is thrown', async () => {
  const path = join(folder, 'f');
  for (const size of [0, 1, 1024 * 1024, 9 * 1024 * 1024 + 5]) {
    const bytes = randomBytes(size);
    writeFileSync(path, bytes);
    for (const digest of [(copy: FileHandle) => digestOnDisk(path, whole(path), copy), ifOnDisk(path)]) {
      const copy = await open(join(folder, 'copy'), 'w');
      await digest(copy);
      await copy.close();
      expect(readFileSync(join(folder, 'copy')).equals(bytes)).toBe(true);
    }
  }
  for (const size of [1, 9 * 1024 * 1024]) {
    writeFileSync(path, randomBytes(size));
    const full = await open('/dev/full', 'w');
    await expect(digestOnDisk(path, whole(path), full)).rejects.toMatchObject({ code: 'ENOSPC' });
    await full.close();
  }
});

/** Writes pieces at the end of a file, with time for readers between. */
async function grow(path: string, pieces: readonly Buffer[]): Promise<void> {
  for (const piece of pieces) {
    await setTimeout(20);
    appendFileSync(path, piece);
  }
}

test('a file that grows is read and copied as far as it has come, to its end', async () => {
  const path = join(folder, 'f');
  for (const sizes of [[0], [1, 1], [700_000, 700_000, 700_000], [3_000_000, 5, 6_000_000, 1024 * 1024]]) {
    const pieces = sizes.map((size) => randomBytes(size));
    writeFileSync(path, '');
    const copy = await open(join(folder, 'copy'), 'w');
    const written = grow(path, pieces);
    const digested = await digestOnDisk(path, flushGrowing(path, written), copy);
    await copy.close();
    expect(digested).toEqual(await digestOf(path));
    expect(readFileSync(join(folder, 'copy')).equals(Buffer.concat(pieces))).toBe(true);
  }
});

test('another file at the path is told; a writer that fails ends the reading', async () => {
  const path = join(folder, 'f');
  // Not before it is open: what is there then is what is read.
  const spoiled = (spoil: () => void) => {
    let tellOpen = () => {};
    const isOpen = new Promise<void>((resolve) => (tellOpen = resolve));
    const written = isOpen.then(() => grow(path, [randomBytes(2_000_000)])).then(spoil);
    const flushed = flushGrowing(path, written);
    const upTo = (bytes: number) => {
      tellOpen();
      return flushed.upTo(bytes);
    };
    return digestOnDisk(path, { upTo });
  };
  expect(
    await spoiled(() => {
      writeFileSync(`${path}-other`, 'abc');
      renameSync(`${path}-other`, path);
    }),
  ).toBeUndefined();
  const failed = spoiled(() => {
    throw new Error('no more');
  });
  await expect(failed).rejects.toThrow('no more');
  rmSync(path);
  await expect(digestOnDisk(path, whole(path))).rejects.toMatchObject({ code: 'ENOENT' });
});

/** A file of sysfs says that it has a page. */
const fewerBytes = '/sys/kernel/uevent_seqnum';

test.skipIf(!existsSync(fewerBytes))(
  'a file that gives fewer bytes than it says is never a copy',
  async () => {
    const copy = await open(join(folder, 'copy'), 'w');
    const fewer = digestIfOnDisk(fewerBytes, copy);
    await expect(fewer).rejects.toMatchObject({ code: 'file-shrank' });
    await copy.close();
  },
);
