import { join } from 'node:path';
import { toBinary } from '../../src/base/bytes.ts';
import { openTree } from '../../src/system/tree/open-tree.ts';
import { selectMembers } from '../../src/pack/select/select.ts';
import type { ExcludeRule } from '../../src/plan/pack-plan.ts';
import { run } from '../../src/system/exec.ts';
import { ensureLargeTree } from './large-tree.ts';
import type { Section } from './markdown.ts';
import { interleave } from './measure.ts';

/** Exclude patterns of all kinds that exlists have; few of them match. */
function patterns(count: number): string[] {
  const kinds = [
    (n: number) => `./usr/share/locale/pkg-${n}/part-${n % 40}*`,
    (n: number) => `./usr/lib/pkg-${n}/part-7/module-${n}.so`,
    (n: number) => `./opt/pkg-${n}/*`,
    (n: number) => `*/part-${n % 40}/header-${n}.*`,
    (n: number) => `*.bak${n}`,
    (n: number) => `./usr/include/pkg-[0-9]${n}/part-?/data*`,
  ];
  return Array.from({ length: count }, (_, n) => kinds[n % kinds.length]?.(n) ?? '');
}

/** The selection of 200,000 files with many patterns, beside none and beside find. */
export async function benchSelection(rounds: number): Promise<Section> {
  console.log('selection:');
  const root = join(ensureLargeTree(), 'rootimg');
  const select = (count: number) => async () => {
    const rules = patterns(count).map((pattern): ExcludeRule => ({
      pattern,
      kind: 'exclude',
      origin: { file: 'bench.exlist' },
    }));
    const nothing = { overrides: new Map(), identity: [], kept: new Set<string>(), time: 0 };
    await selectMembers({ root: openTree(toBinary(root)), rules, ...nothing });
  };
  const find = (count: number, locale: string) => async () => {
    const words = patterns(count).flatMap((pattern) => ['!', '-path', pattern]);
    await run(['find', '.', '-xdev', ...words, '-fprint', '/dev/null'], {
      cwd: root,
      env: { LC_ALL: locale },
    });
  };
  const names = [
    'no pattern',
    '200 patterns',
    '1,000 patterns',
    'find with 200 patterns, in the locale C.UTF-8',
    'find with 1,000 patterns, in the locale C.UTF-8',
    'find with 200 patterns, in the locale C',
    'find with 1,000 patterns, in the locale C',
  ] as const;
  const timings = await interleave(
    [
      { name: names[0], work: select(0) },
      { name: names[1], work: select(200) },
      { name: names[2], work: select(1000) },
      { name: names[3], work: find(200, 'C.UTF-8') },
      { name: names[4], work: find(1000, 'C.UTF-8') },
      { name: names[5], work: find(200, 'C') },
      { name: names[6], work: find(1000, 'C') },
    ],
    rounds,
  );
  const [none = 0, some = 0, many = 0, ...found] = timings.map((t) => t.median);
  const beside = (value: number, index: number) => value / (found[index] ?? Number.NaN);
  return {
    title: 'Selection, 200,000 files',
    input:
      'Deciding which files of the made tree are packed, without packing them. An administrator’s shell mostly has a UTF-8 locale, in which find ' +
      'takes longer to compare names.',
    timings,
    ratios: [
      { what: '200 patterns / none', value: some / none, wanted: 1.2 },
      { what: '1,000 patterns / none', value: many / none, wanted: 2 },
      { what: '200 patterns / find with 200, C.UTF-8', value: beside(some, 0), wanted: 0.1 },
      { what: '1,000 patterns / find with 1,000, C.UTF-8', value: beside(many, 1), wanted: 0.1 },
      { what: '200 patterns / find with 200, C', value: beside(some, 2), wanted: 0.1 },
      { what: '1,000 patterns / find with 1,000, C', value: beside(many, 3), wanted: 0.1 },
    ],
  };
}
