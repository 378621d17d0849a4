import type * as Fs from 'node:fs';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { leaseName, takeLease } from '../../../src/system/lease.ts';
import { thisHolder } from '../../../src/system/lock-holder.ts';

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
