import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchImage } from './image.ts';
import type { Ratio, Section } from './markdown.ts';
import { type Contestant, interleave, type Timing } from './measure.ts';
import { bare, type PipelineName } from './pipelines.ts';

/**
 * packimage with these options beside a bare pipeline that makes the same form, and what it may take of its
 * time.
 */
export interface Duel {
  readonly options: readonly string[];
  readonly beside: PipelineName;
  readonly wanted: number;
}

const duels: readonly Duel[] = [
  { options: ['-m', 'squashfs', '-c', 'zstd'], beside: 'mksquashfs, zstd level 4', wanted: 1.3 },
  { options: ['-m', 'squashfs', '-c', 'gzip'], beside: 'mksquashfs, gzip level 6', wanted: 1.1 },
  {
    options: ['-m', 'squashfs', '-c', 'zstd'],
    beside: 'mksquashfs, zstd as it comes (level 15)',
    wanted: 1.1,
  },
  {
    options: ['-m', 'squashfs', '-c', 'gzip'],
    beside: 'mksquashfs, gzip as it comes (level 9)',
    wanted: 1.1,
  },
  { options: ['-m', 'erofs', '-c', 'lz4'], beside: 'mkfs.erofs, lz4', wanted: 1.3 },
  { options: ['-m', 'cpio', '-c', 'pigz'], beside: 'find | cpio | pigz', wanted: 1 },
  { options: ['-m', 'cpio', '-c', 'zstd'], beside: 'find | cpio | zstd -T0 -3', wanted: 1 },
  { options: ['-m', 'cpio', '-c', 'zstd'], beside: 'bsdtar --format newc | zstd -T0 -3', wanted: 1.3 },
  { options: ['-m', 'tar', '-c', 'pigz'], beside: 'tar | pigz', wanted: 1 },
  { options: ['-m', 'tar', '-c', 'zstd'], beside: 'tar | zstd -T0 -3', wanted: 1.3 },
  {
    options: ['-m', 'squashfs', '-c', 'zstd'],
    beside: 'as xCAT: copy, then mksquashfs, gzip level 9',
    wanted: 0.1,
  },
];

/** packimage over the tree that genimage made, beside the bare pipelines over the same tree. */
export async function benchPackimage(image: BenchImage, rounds: number): Promise<Section> {
  console.log('packimage:');
  const root = join(image.rootimgdir, 'rootimg');
  if (!existsSync(root)) await image.type('genimage', image.name);
  const pack = (options: readonly string[]) => image.type('packimage', ...options, image.name);
  const timings = await interleave(contestants(duels, root, image.base, pack), rounds);
  return {
    title: 'packimage',
    input:
      'The tree that genimage made, warm in the page cache. packimage also makes the digest, flushes the file to the disk, ' +
      'compares what the disk gives back and keeps a generation; the bare pipelines do none of this.',
    timings,
    ratios: ratios(duels, timings),
  };
}

/** Everything that the duels need, once each. */
export function contestants(
  all: readonly Duel[],
  root: string,
  base: string,
  pack: (options: readonly string[]) => Promise<void>,
): Contestant[] {
  const ours = new Map(all.map(({ options }) => [nameOf(options), options]));
  const pipelines = [...new Set(all.map(({ beside }) => beside))];
  return [
    ...pipelines.map((name) => bare(name, root, base)),
    ...[...ours].map(([name, options]) => ({ name, work: () => pack(options) })),
  ];
}

export function ratios(all: readonly Duel[], timings: readonly Timing[]): Ratio[] {
  const medians = new Map(timings.map(({ name, median }) => [name, median]));
  return all.map(({ options, beside, wanted }) => ({
    what: `${nameOf(options)} / ${beside.replaceAll('|', '\\|')}`,
    value: (medians.get(nameOf(options)) ?? Number.NaN) / (medians.get(beside) ?? Number.NaN),
    wanted,
  }));
}

function nameOf(options: readonly string[]): string {
  return `packimage ${options.join(' ')}`;
}
