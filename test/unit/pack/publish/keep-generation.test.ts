import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as copying from '../../../../src/base/copy-file.ts';
import { keepWhileReading } from '../../../../src/pack/publish/keep-generation.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
let source: string;
let kept: string;
let begun: Promise<{ number: number; folder: string; bootFiles: Record<string, string> }>;
beforeEach(() => {
  source = join(folder.path, 'packed');
  kept = join(folder.path, 'set/rootimg.x');
  mkdirSync(join(folder.path, 'set'));
  writeFileSync(source, 'first ');
  begun = Promise.resolve({ number: 1, folder: join(folder.path, 'set'), bootFiles: {} });
});

afterEach(() => vi.restoreAllMocks());

const keep = (read: (copy?: FileHandle) => Promise<string>, set: typeof begun | undefined = begun) =>
  keepWhileReading(set, folder.path, source, 'rootimg.x', read);

test('where blocks cannot be shared the reader writes the copy', async () => {
  vi.spyOn(copying, 'cloneWhole').mockResolvedValue(false);
  const answer = await keep(async (copy) => {
    await copy?.writeFile('what was read');
    return 'read';
  });
  expect([answer, readFileSync(kept, 'utf8'), statSync(kept).mode & 0o777]).toEqual([
    'read',
    'what was read',
    0o644,
  ]);
});

test('where they can, the copy has what came after its beginning too', async () => {
  // As a file system that shares blocks does.
  vi.spyOn(copying, 'cloneWhole').mockImplementation((from, to) => {
    writeFileSync(to, readFileSync(from), { flag: 'wx' });
    return Promise.resolve(true);
  });
  await keep((copy) => {
    expect(copy).toBeUndefined();
    appendFileSync(source, 'last');
    return Promise.resolve('read');
  });
  expect(readFileSync(kept, 'utf8')).toBe('first last');
});

test('without a set it is only read; a full disk is told as one', async () => {
  const read = (copy?: FileHandle) => Promise.resolve(copy === undefined ? 'alone' : 'with a copy');
  expect(await keepWhileReading(undefined, folder.path, source, 'rootimg.x', read)).toBe('alone');
  expect(existsSync(kept)).toBe(false);
  const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
  await expect(keep(() => Promise.reject(full))).rejects.toMatchObject({ code: 'disk-full' });
});
