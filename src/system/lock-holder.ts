import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import * as z from 'zod';
import { readRegularFileSync } from '../base/regular-file.ts';

const holderSchema = z.object({
  host: z.string(),
  /** The kernel's boot_id: tells a host that came up again. */
  boot: z.string().optional(),
  /** Of the PID namespace, without which a pid says nothing. */
  pids: z.string().optional(),
  pid: z.number(),
  /**
   * When the process began, in ticks of its kernel: tells it from a later one of the same number
   * (proc_pid_stat(5)).
   */
  started: z.string().optional(),
  since: z.string(),
  command: z.string(),
});
export type LockHolder = z.infer<typeof holderSchema>;

export function thisHolder(command: string): LockHolder {
  return {
    host: hostname(),
    boot: look(() => readRegularFileSync('/proc/sys/kernel/random/boot_id').toString('utf8').trim()) ?? '',
    pids: look(() => readlinkSync('/proc/self/ns/pid')) ?? '',
    pid: process.pid,
    started: startOf(process.pid) ?? '',
    since: new Date().toISOString(),
    command,
  };
}

export function parseHolder(text: string): LockHolder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** True when the holder was a process of this very kernel and PID namespace, and lives no longer. */
export function isKnownDead(holder: LockHolder): boolean {
  return isOfThisKernel(holder) && startOf(holder.pid) !== holder.started;
}

/** True when the holder is a process of this very kernel and PID namespace that lives. */
export function isKnownAlive(holder: LockHolder): boolean {
  return isOfThisKernel(holder) && startOf(holder.pid) === holder.started;
}

function isOfThisKernel(holder: LockHolder): boolean {
  const self = thisHolder('');
  if (!holder.boot || !holder.pids || !holder.started) return false;
  return holder.host === self.host && holder.boot === self.boot && holder.pids === self.pids;
}

/** For people: `genimage compute on node7 (process 4711) since 2024-…`. */
export function describeHolder(holder: LockHolder | undefined): string {
  if (holder === undefined) return 'another process';
  return `${holder.command} on ${holder.host} (process ${holder.pid}) since ${holder.since}`;
}

/** Field 22 of stat; the name before it may hold blanks and brackets. */
function startOf(pid: number): string | undefined {
  const stat = look(() => readRegularFileSync(`/proc/${pid}/stat`).toString('utf8'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function look(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
