import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bootMachine } from '../../src/boot/boot-machine.ts';
import type { BootReport } from '../../src/boot/boot-report.ts';
import { loadImage, type PackedImage } from '../../src/boot/image.ts';
import type { BootRequest } from '../../src/boot/request.ts';
import { throwProblems } from '../../src/base/errors.ts';
import { silentReporter } from '../../src/report/silent.ts';
import { initrdWithBare } from './bare-boot.ts';
import type { BenchImage } from './image.ts';
import { median } from './measure.ts';

const formats = [
  ['cpio', 'gzip'],
  ['squashfs', 'zstd'],
  ['cpio', 'zstd'],
  ['tar', 'gzip'],
  ['erofs', 'lz4'],
] as const;

/** The two that the goals compare; the others are booted once. */
const compared = 2;

/** The same machine for all forms. */
const memory = 3072;

interface Boots {
  readonly image: PackedImage;
  readonly reports: BootReport[];
  /** Boots without a digest, in which the same was also done by hand, before and after. */
  readonly beside: BootReport[];
}

/** Packs every form, boots them in turn, and gives the text of docs/benchmarks-boot.md. */
export async function benchBoot(image: BenchImage, rounds: number, machine: string): Promise<string> {
  await image.type('genimage', image.name);
  const all = [];
  for (const [method, compressor] of formats) all.push(await packed(image, method, compressor));
  const first = all[0];
  if (first === undefined) throw new Error('unreachable');
  const withBare = await initrdWithBare(image.base, first.image.initrd);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { image: form, reports, beside }] of all.entries()) {
      if (index >= compared && round > 0) continue;
      reports.push(await boot(image, form));
      if (index < compared) {
        // By hand nobody checks a digest.
        const plain = { ...form, initrd: withBare, pack: { ...form.pack, sha256: '' } };
        beside.push(await boot(image, plain));
      }
    }
  }
  return text(all, rounds, machine);
}

async function packed(image: BenchImage, method: string, compressor: string): Promise<Boots> {
  await image.type('packimage', '-m', method, '-c', compressor, image.name);
  const current = await loadImage(image.rootimgdir, image.name);
  const folder = join(image.base, 'forms');
  await mkdir(folder, { recursive: true });
  const copy = join(folder, current.pack.file);
  await copyFile(current.packed, copy);
  return { image: { ...current, packed: copy }, reports: [], beside: [] };
}

async function boot(image: BenchImage, form: PackedImage): Promise<BootReport> {
  const request: BootRequest = {
    ...{ imageName: image.name, rootimgdir: image.rootimgdir, memory, cpus: 2, timeout: 900 },
    ...{ firmware: 'bios', pxe: false },
  };
  const { report, problems } = await bootMachine(request, form, silentReporter());
  throwProblems(problems);
  const { download = 0, switch: left = 0, target = 0 } = report.seconds;
  console.log(
    `  ${form.pack.file}: download to switch ${(left - download).toFixed(1)} s, to target ${(target - download).toFixed(1)} s, ` +
      `${(report.memory.used / 1024).toFixed(0)} MB used`,
  );
  return report;
}

/** Seconds from one step to another. */
function between(report: BootReport, from: string, to: string): number {
  const begin = report.seconds[from];
  const end = report.seconds[to];
  if (begin === undefined || end === undefined) throw new Error(`no ${from} or ${to} in the report`);
  return end - begin;
}

/** Seconds that the same takes by hand in a boot: the mean of before and after. */
function byHand(report: BootReport): number {
  return (between(report, 'bare1-begin', 'bare1-end') + between(report, 'bare2-begin', 'bare2-end')) / 2;
}

function text(all: readonly Boots[], rounds: number, machine: string): string {
  const rows = all.map(({ image, reports }) => {
    const of = (value: (report: BootReport) => number) => median(reports.map(value));
    const figures = [
      ...[
        image.pack.size / 1e6,
        of((r) => between(r, 'download', 'switch')),
        of((r) => between(r, 'download', 'target')),
      ],
      ...[of((r) => r.memory.image / 1024), of((r) => r.memory.used / 1024), of((r) => r.memory.peak / 1024)],
    ];
    return {
      figures,
      line: `| ${image.pack.file} | ${reports.length} | ${figures.map((f) => f.toFixed(1)).join(' | ')} |`,
    };
  });
  const [cpio, squashfs] = rows.map(({ figures }) => figures);
  const ratio = (index: number) => (squashfs?.[index] ?? 0) / (cpio?.[index] ?? 1);
  const [plainCpio, plainSquashfs] = all.map(({ beside }) =>
    median(beside.map((r) => between(r, 'download', 'switch'))),
  );
  const shares = all.slice(0, compared).flatMap(({ image, reports, beside }) => {
    const tool = image.pack.method === 'squashfs' ? 'unsquashfs' : 'gzip and cpio';
    const bare = median(beside.map(byHand));
    const own = (of: readonly BootReport[]) => median(of.map((r) => between(r, 'download', 'root')));
    const figures = (seconds: number) =>
      `${seconds.toFixed(1)} s beside ${bare.toFixed(1)} s of curl, ${tool}`;
    return [
      [`from download to root: ${figures(own(beside))}`, own(beside) / bare, 1.1],
      [`the same with the digest checked: ${figures(own(reports))}`, own(reports) / bare, undefined],
    ] as const;
  });
  const ratios = [
    ['squashfs / cpio.gz, memory that the root takes', ratio(3), 0.5],
    [
      'squashfs / cpio.gz, from download to switch_root',
      (plainSquashfs ?? Number.NaN) / (plainCpio ?? Number.NaN),
      0.4,
    ],
    ['the same with the digest checked', ratio(1), undefined],
    ...shares,
  ] as const;
  return [
    '# Benchmarks of booting',
    '',
    `Made by \`npm run bench:boot\`: the sample image in every form, ${rounds} rounds, medians, in a virtual machine with 2 processors and`,
    `${memory} MB. ${machine}`,
    '',
    "Times are the node's own, from the start of the download until the root is switched and until the default target is reached. Memory: what the root takes before anything runs in it, what is in",
    'use when the node is at rest, and at the most at any step. The digest of every image is checked. Where the machine is emulated, its processor',
    'takes many times longer for a digest, and for pages that a mounted root reads later, than a real one does.',
    '',
    '| form | boots | size, MB | to switch_root, s | to default target, s | root in memory, MB | node at rest, MB | at the most, MB |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map(({ line }) => line),
    '',
    '| ratio | measured | wanted at most |',
    '|---|---|---|',
    ...ratios.map(
      ([what, value, wanted]) => `| ${what} | **${value.toFixed(2)}** | ${wanted?.toFixed(2) ?? ''} |`,
    ),
    '',
    'The bare tools run in the same machine and in the same boot, once before and once after our own work, and the mean of both counts; these boots check no digest.',
    '',
  ].join('\n');
}
