import { performance } from 'node:perf_hooks';
import { run } from '../../src/system/exec.ts';

/** One thing that is timed; `before` is not. */
export interface Contestant {
  readonly name: string;
  readonly before?: () => Promise<void>;
  readonly work: () => Promise<void>;
}

export interface Timing {
  readonly name: string;
  /** Seconds, one per round. */
  readonly seconds: readonly number[];
  readonly median: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * Times all contestants in turn, round after round, so that a slow minute of the machine meets all of them.
 */
export async function interleave(contestants: readonly Contestant[], rounds: number): Promise<Timing[]> {
  const seconds = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      await contestant.before?.();
      const started = performance.now();
      await contestant.work();
      const taken = (performance.now() - started) / 1000;
      seconds[index]?.push(taken);
      console.log(`  round ${round + 1}: ${contestant.name}: ${taken.toFixed(2)} s`);
    }
  }
  return contestants.map(({ name }, index) => {
    const own = seconds[index] ?? [];
    return { name, seconds: own, median: median(own) };
  });
}

/** The log, then the command; says seconds of the clock, of programs and of the kernel, children's too. */
const timing = `TIMEFORMAT='%3R %3U %3S'; log=$1; shift; { time "$@" >"$log" 2>&1; } 2>&1`;

/** Seconds of the clock, and of all processors together, kernel and children included, that a command takes. */
export async function timeOf(
  argv: readonly string[],
  { env, log, okCodes }: { env: Readonly<Record<string, string>>; log: string; okCodes?: readonly number[] },
): Promise<{ readonly cpu: number; readonly wall: number }> {
  const { stdout } = await run(['bash', '-c', timing, 'bash', log, ...argv], {
    ...{ env, action: `run ${argv.join(' ')}, whose output is in ${log}` },
    ...(okCodes !== undefined && { okCodes }),
  });
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stdout.trim().split(' ').map(Number);
  return { cpu: user + system, wall };
}

/**
 * argv that runs `argv` as the only one beside its children in a namespace, so that timeOf counts what those have
 * taken whom it does not wait for, as zypper does not for gpg.
 */
export function withAllChildren(argv: readonly string[]): string[] {
  const namespace = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
  // The shell stays its parent, and whoever is left behind becomes its child.
  return [...namespace, 'bash', '-c', '"$@"; exit "$?"', 'bash', ...argv];
}
