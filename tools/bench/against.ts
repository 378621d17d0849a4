import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import type { BenchImage } from './image.ts';
import { median, timeOf } from './measure.ts';

const commands: readonly (readonly [command: string, ...words: string[]])[] = [
  ['genimage'],
  ['packimage', '-m', 'squashfs', '-c', 'zstd'],
  ['packimage', '-m', 'erofs', '-c', 'lz4'],
  ['packimage', '-m', 'cpio', '-c', 'zstd'],
  ['packimage', '-m', 'tar', '-c', 'gzip'],
];

/** All system calls that wait for the disk. */
const flushes = 'fsync,fdatasync,syncfs,sync,sync_file_range';

interface Figures {
  /** Seconds of all processors, kernel and children included. */
  readonly cpu: number;
  readonly wall: number;
  /** Seconds where no flush waits for the disk. */
  readonly unflushed: number;
  /** Programs that were started. */
  readonly programs: number;
}

/** One command in both checkouts, one entry for each round. */
export interface AgainstRow {
  readonly command: string;
  readonly before: readonly Figures[];
  readonly now: readonly Figures[];
}

/** Runs genimage, from nothing, and the packs of both checkouts in turn. */
export async function benchAgainst(
  before: BenchImage,
  now: BenchImage,
  rounds: number,
): Promise<AgainstRow[]> {
  const rows: AgainstRow[] = [];
  for (const [command, ...words] of commands) {
    const row = { command: [command, ...words].join(' '), before: [] as Figures[], now: [] as Figures[] };
    for (let round = 0; round <= rounds; round += 1) {
      for (const side of ['before', 'now'] as const) {
        const image = side === 'before' ? before : now;
        const figures = await measured(image, command, words);
        // What was read once lies in memory from then on.
        if (round > 0) row[side].push(figures);
      }
    }
    rows.push(row);
    console.log(rowText(row));
  }
  return rows;
}

async function measured(image: BenchImage, command: string, words: readonly string[]): Promise<Figures> {
  const argv = [process.execPath, join(image.checkout, 'bin', command), ...words, image.name];
  const trace = join(image.base, 'trace');
  const calls = ['-e', `trace=execve,${flushes}`, '-e', `inject=${flushes}:retval=0`];
  const flushed = await timed(image, command, argv);
  // Each flush says at once that it has succeeded.
  const strace = ['strace', '--follow-forks', '--seccomp-bpf', '-qq', ...calls, '-o', trace];
  const unflushed = await timed(image, command, [...strace, ...argv]);
  const lines = (await readFile(trace, 'utf8')).split('\n');
  const programs = lines.filter((line) => /execve.* = 0$/.test(line)).length;
  return { ...flushed, unflushed: unflushed.wall, programs };
}

async function timed(
  image: BenchImage,
  command: string,
  argv: readonly string[],
): Promise<Pick<Figures, 'cpu' | 'wall'>> {
  if (command === 'genimage') await image.forget(image.rootimgdir);
  const log = join(image.base, 'log');
  return timeOf(argv, { env: image.env, log });
}

function rowText({ command, before, now }: AgainstRow): string {
  const middle = (of: readonly Figures[], key: keyof Figures) => median(of.map((figures) => figures[key]));
  const pair = (key: keyof Figures) => {
    const ratio = median(now.map((figures, round) => figures[key] / (before[round]?.[key] ?? Number.NaN)));
    return `${middle(before, key).toFixed(2)} → ${middle(now, key).toFixed(2)} | **${ratio.toFixed(2)}**`;
  };
  const programs = `${middle(before, 'programs')} → ${middle(now, 'programs')}`;
  return `| ${command} | ${pair('cpu')} | ${pair('unflushed')} | ${pair('wall')} | ${programs} |`;
}

/** The whole of docs/benchmarks-against.md. `machine` is one line on the hardware. */
export async function againstText(
  before: BenchImage,
  rows: readonly AgainstRow[],
  rounds: number,
  machine: string,
): Promise<string> {
  const commitOf = async (folder: string) =>
    (await run(['git', '-C', folder, 'rev-parse', '--short', 'HEAD'])).stdout.trim();
  return [
    '# Benchmarks beside an earlier commit',
    '',
    `Made by \`npm run bench:against -- DIR\`: ${await commitOf(before.checkout)} → ${await commitOf('.')}, the sample image, ${rounds} rounds in`,
    'turn. Medians, and the median of the ratios of each round. Processor time is that of all programs together.',
    'Without the flush: every flush to the disk says at once that it has succeeded. Where the load is higher than the',
    'number of processors, only processor time and programs tell anything.',
    machine,
    '',
    '| | processors, s | ratio | without the flush, s | ratio | with it, s | ratio | programs started |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map(rowText),
    '',
  ].join('\n');
}
