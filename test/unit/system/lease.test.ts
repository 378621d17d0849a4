import type * as Fs from 'node:fs';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { leaseName, takeLease } from '../../../src/system/lease.ts';
import { type LockHolder, thisHolder } from '../../../src/system/lock-holder.ts';

const server = vi.hoisted(() => ({ fails: false, refused: 0 }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>();
  const write: typeof fs.writeFileSync = (file, data, options) => {
    if (!server.fails) return fs.writeFileSync(file, data, options);
    server.refused += 1;
    throw Object.assign(new Error('EIO'), { code: 'EIO' });
  };
  return { ...fs, writeFileSync: write };
});

const times = { renew: 10, stale: 1000, settle: 10 };
const patience = { timeout: 15_000 };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rootimg-lease-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file server that fails for a moment is no loss of the lease, somebody else in it is', async () => {
  const onLost = vi.fn();
  const taken = await takeLease(folder, thisHolder('genimage a'), onLost, times);
  server.fails = true;
  await vi.waitUntil(() => server.refused > 2, patience);
  expect(onLost).not.toHaveBeenCalled();
  server.fails = false;
  writeFileSync(join(folder, leaseName), '{}');
  await vi.waitUntil(() => onLost.mock.calls.length > 0, patience);
  if ('release' in taken) taken.release();
  expect(existsSync(join(folder, leaseName))).toBe(true);
});

/** Of another host: nobody here can look at its process. */
const elsewhere = { ...thisHolder('genimage b'), host: 'other' };
const taken = async (holder: LockHolder) => {
  const outcome = await takeLease(folder, holder, () => {}, times);
  if ('release' in outcome) outcome.release();
  return 'release' in outcome;
};
/** Milliseconds by which the stamp of a lease is off: a clock that was set back, one that was set forward. */
const jumps = [3_600_000, -3_600_000];

test.each(jumps)('a clock that jumps by %i ms takes no lease from who lives', async (jump) => {
  const path = join(folder, leaseName);
  const stamp = () => utimesSync(path, new Date(), new Date(Date.now() + jump + Math.random() * 100));
  writeFileSync(path, JSON.stringify(thisHolder('genimage a')));
  stamp();
  expect(await taken(thisHolder('packimage a'))).toBe(false);
  writeFileSync(path, JSON.stringify(elsewhere));
  const renewing = setInterval(stamp, 5);
  expect(await taken(thisHolder('packimage a'))).toBe(false);
  clearInterval(renewing);
});

test.each(jumps)('a lease whose stamp is off by %i ms and that nobody renews is free', async (jump) => {
  const path = join(folder, leaseName);
  writeFileSync(path, JSON.stringify(elsewhere));
  utimesSync(path, new Date(), new Date(Date.now() + jump));
  expect(await taken(thisHolder('packimage a'))).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
});
