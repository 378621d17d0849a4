import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Administrator } from '../../e2e/lib/administrator.ts';

/** The signals of a campaign, in turn. */
export const signals = ['SIGKILL', 'SIGTERM', 'SIGINT'] as const;

/** Ends a command by a signal, `moment` milliseconds after its start, or lets it end when it is quicker. */
export async function killAt(
  admin: Pick<Administrator, 'begin'>,
  words: readonly [string, ...string[]],
  signal: NodeJS.Signals,
  moment: number,
): Promise<void> {
  const child = admin.begin(...words);
  const ended = new Promise((resolve) => child.once('close', resolve));
  await Promise.race([sleep(moment), ended]);
  child.kill(signal);
  await ended;
}

/** No mount at once, no process after a moment, in which the kernel ends them. */
export async function expectNothingLeft({ base }: Pick<Administrator, 'base'>): Promise<void> {
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(base);
  await expect.poll(() => processesOf(base), { timeout: 20_000 }).toEqual([]);
}

function processesOf(base: string): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((command) => command.includes(base));
}
