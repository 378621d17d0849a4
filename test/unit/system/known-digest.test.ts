import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestToKnow, knownDigest } from '../../../src/system/known-digest.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rootimg-known-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a digest is known as long as nobody writes to the file or puts another in its place', async () => {
  const path = join(folder, 'f');
  writeFileSync(path, 'abc');
  expect(await knownDigest(path)).toBeUndefined();
  const digest = await digestToKnow(path);
  expect(await knownDigest(path)).toBe(digest);
  // The same size and time.
  writeFileSync(path, 'abd');
  utimesSync(path, 1, 1);
  expect(await knownDigest(path)).toBeUndefined();
  await digestToKnow(path);
  writeFileSync(join(folder, 'g'), 'abd');
  utimesSync(join(folder, 'g'), 1, 1);
  renameSync(join(folder, 'g'), path);
  expect(await knownDigest(path)).toBeUndefined();
  await digestToKnow(path);
  rmSync(path);
  expect(await knownDigest(path)).toBeUndefined();
});
