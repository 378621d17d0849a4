import path from 'node:path';
import { Command } from 'commander';
import { fileErrorWords, RootimgError, usageError } from '../../base/errors.ts';
import { readTextFile } from '../../base/regular-file.ts';
import { dataWithoutSecrets } from '../../base/secrets.ts';
import { type ContentOf, nodeJudge, type Verdict } from '../../inspect/stale/judge-node.ts';
import { readReports } from '../../inspect/stale/read-reports.ts';
import { groupNodes, staleLines } from '../../inspect/stale/stale-answer.ts';
import type { BootedNode } from '../../plan/booted-node.ts';
import type { DefinitionOptions } from '../definitions/definitions.ts';
import type { CommandIo } from '../io.ts';
import { printError } from '../print-error.ts';
import { shared } from '../shared-options.ts';
import { findPublished } from './find-published.ts';
import { packContents } from './pack-contents.ts';

interface StaleOptions extends DefinitionOptions {
  readonly reports?: string;
  readonly json?: boolean;
}

type NodeJudge = ReturnType<typeof nodeJudge>;
type Reports = ReadonlyMap<string, BootedNode | undefined>;

/** `rootimg stale [NODES…]`: which nodes do not run what a reboot would give them; exit codes as diff(1). */
export function staleCommand(io: CommandIo): Command {
  return new Command('stale')
    .description(
      'tell which nodes a reboot would change; exit code 0: none, 1: some, 2: of some it is not known',
    )
    .argument('[nodes...]', 'nodes to be asked by ssh: names, or lists with commas')
    .option('--reports <file>', 'what xdsh or pdsh printed for: cat /run/rootimg/booted (-: standard input)')
    .option(...shared('jsonDocument'))
    .option(...shared('def'))
    .option(...shared('store'))
    .action((words: string[], options: StaleOptions) => stale(io, words, options));
}

async function stale(io: CommandIo, words: readonly string[], options: StaleOptions): Promise<void> {
  const nodes = [...new Set(words.flatMap((word) => word.split(',')))].filter((name) => name !== '');
  if (nodes.length === 0 && options.reports === undefined) {
    throw usageError('Name nodes, or a file with what they say (--reports).');
  }
  try {
    await judgeAll(io, nodes, options);
  } catch (error) {
    const code = printError(io, error);
    io.exitCode = code === 1 ? 2 : code;
  }
}

async function judgeAll(io: CommandIo, nodes: readonly string[], options: StaleOptions): Promise<void> {
  const reports = options.reports === undefined ? new Map() : await readFrom(io, options.reports);
  const { askNodes } = await import('./ask-nodes.ts');
  const asked: Reports = nodes.length === 0 ? new Map() : await askNodes(io, nodes);
  const answer = dataWithoutSecrets(groupNodes(await judge(io, new Map([...reports, ...asked]), options)));
  if (options.json) io.stdout(`${JSON.stringify(answer, undefined, 2)}\n`);
  else
    io.stdout(
      staleLines(answer)
        .map((line) => `${line}\n`)
        .join(''),
    );
  const has = (state: Verdict['state']) => answer.groups.some((group) => group.state === state);
  io.exitCode = asked.size < nodes.length || has('unknown') ? 2 : has('stale') ? 1 : 0;
}

async function readFrom(io: CommandIo, file: string): Promise<Reports> {
  const text =
    file === '-'
      ? await io.stdin()
      : await readTextFile(path.resolve(io.cwd, file)).catch((error: unknown) => {
          throw usageError(`--reports: ${file} cannot be read: ${fileErrorWords(error)}.`);
        });
  const reports = readReports(text);
  if (reports.size > 0) return reports;
  throw new RootimgError('no-reports', `${file} has no report of a node.`, {
    hint: 'Lines such as n01: uuid=… were expected: xdsh compute cat /run/rootimg/booted > FILE',
  });
}

/** Each image is looked at once. */
async function judge(
  io: CommandIo,
  reports: Reports,
  options: DefinitionOptions,
): Promise<[string, string | undefined, Verdict][]> {
  const judges = new Map<string, NodeJudge>();
  const contentOf = packContents();
  const judged: [string, string | undefined, Verdict][] = [];
  for (const [node, booted] of reports) {
    const image = booted?.image;
    if (booted === undefined || image === undefined) {
      judged.push([node, image, { state: 'unknown', changes: ['it does not say which image it runs'] }]);
      continue;
    }
    const judgeOf = judges.get(image) ?? (await judgeOfImage(io, image, options, contentOf));
    judges.set(image, judgeOf);
    judged.push([node, image, await judgeOf(booted)]);
  }
  return judged;
}

async function judgeOfImage(
  io: CommandIo,
  image: string,
  options: DefinitionOptions,
  contentOf: ContentOf,
): Promise<NodeJudge> {
  const found = await findPublished(io, image, options);
  if (typeof found !== 'string') return nodeJudge(found, contentOf);
  return () => Promise.resolve({ state: 'unknown', changes: [found] });
}
