import type { Timing } from './measure.ts';

export interface Ratio {
  readonly what: string;
  readonly value: number;
  /** The goal: at most this. */
  readonly wanted: number;
}

export interface Section {
  readonly title: string;
  /** What was measured on which input, one paragraph. */
  readonly input: string;
  readonly timings: readonly Timing[];
  readonly ratios: readonly Ratio[];
}

/** One section as Markdown. */
export function sectionText(section: Section): string {
  const timings = section.timings.map((t) => {
    const all = t.seconds.map((s) => s.toFixed(2)).join(', ');
    return `| ${t.name} | ${t.median.toFixed(2)} | ${all} |`;
  });
  const ratios = section.ratios.map(
    (r) => `| ${r.what} | **${r.value.toFixed(2)}** | ${r.wanted.toFixed(2)} |`,
  );
  return [
    `## ${section.title}`,
    '',
    section.input,
    '',
    '| | median, s | all rounds, s |',
    '|---|---|---|',
    ...timings,
    '',
    '| ratio | measured | wanted at most |',
    '|---|---|---|',
    ...ratios,
    '',
  ].join('\n');
}

/** The whole of docs/benchmarks.md. `machine` is one line on the hardware. */
export function benchmarksText(machine: string, rounds: number, sections: readonly Section[]): string {
  return [
    '# Benchmarks',
    '',
    'Made by `npm run bench`. The ratios matter, not the seconds: each stands for our command beside the bare tools on the',
    `same input, interleaved in one run of ${rounds} rounds, medians. ${machine}`,
    '',
    'The file system counts: on XFS and Btrfs the packages of `--fresh` and the generations share blocks, elsewhere they are copied; ext4 without a',
    'journal makes files slowly for a minute after many were deleted. `ROOTIMG_BENCH=DIR npm run bench` works on that of DIR.',
    '',
    ...sections.map(sectionText),
  ].join('\n');
}
