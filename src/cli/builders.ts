import { Command } from 'commander';
import { type Problem, problemsOf, RootimgError } from '../base/errors.ts';
import { storeHome } from '../definition/store.ts';
import { managerKinds, toolSetsOf } from '../packages/managers.ts';
import { type Builder, releasesOf, targetOf } from '../remote/builders.ts';
import { openConnection } from '../remote/open-node.ts';
import { nearestMissing, type NodeFacts, nodeProblems, probeNode } from '../remote/probe.ts';
import { withScope } from '../system/scope.ts';
import { listenForStop, throwIfStopped } from '../system/signals.ts';
import { readTrusted } from './definitions/definitions.ts';
import type { CommandIo } from './io.ts';
import { problemLines } from './print-error.ts';
import { shared } from './shared-options.ts';

interface BuildersOptions {
  readonly store?: string;
  readonly json?: boolean;
}

/** What a look at a builder tells. */
interface CheckedBuilder {
  readonly name: string;
  /** What ssh is told. */
  readonly host: string;
  /** Osarch of the images that it builds. */
  readonly arch?: string;
  /** Osvers that it is for; none: all. */
  readonly osvers: readonly string[];
  /** Kinds of packages that it has the programs for. */
  readonly builds: readonly (typeof managerKinds)[number][];
  readonly facts?: NodeFacts;
  readonly problems: readonly Problem[];
}

/** What administrators call the images of each kind of packages. */
const kindWords = { dnf: 'EL', zypper: 'SUSE', apt: 'Debian and Ubuntu' } as const;

/** `rootimg builders`: the hosts of config.yaml, and what each can build now. */
export function buildersCommand(io: CommandIo): Command {
  return new Command('builders')
    .description('list the hosts that build images (builders in config.yaml), and what each can build now')
    .option(...shared('jsonDocument'))
    .option(...shared('store'))
    .action((options: BuildersOptions) => builders(io, options));
}

async function builders(io: CommandIo, { store, json }: BuildersOptions): Promise<void> {
  listenForStop();
  const { builders: listed = [] } = await readTrusted(io, storeHome(store, io.env, io.cwd));
  const checked = await Promise.all(listed.map((builder) => checkBuilder(io, builder, listed)));
  throwIfStopped();
  if (checked.some(({ builds }) => builds.length === 0)) io.exitCode = 1;
  if (json) return io.stdout(`${JSON.stringify({ schema: 1, builders: checked }, undefined, 2)}\n`);
  if (checked.length === 0) io.stdout('There are none: config.yaml has no builders.\n');
  const width = Math.max(...checked.map(({ name }) => name.length));
  for (const one of checked) {
    io.stdout(`${one.name.padEnd(width)}  ${lineOf(one)}\n`);
    for (const problem of one.problems)
      io.stdout(problemLines(problem).replace(/^/gm, '  ').trimEnd() + '\n');
  }
}

function lineOf({ arch, osvers, facts, builds }: CheckedBuilder): string {
  const kinds = builds.length === 0 ? 'builds nothing now' : builds.map((kind) => kindWords[kind]).join(', ');
  const only = osvers.length === 0 || builds.length === 0 ? '' : `, only ${osvers.join(', ')}`;
  const asks = builds.length > 0 && facts?.root === 'password' ? ', asks for a password of sudo' : '';
  return [arch ?? '', facts?.name ?? '', `${kinds}${only}${asks}`].filter((word) => word !== '').join('  ');
}

async function checkBuilder(
  io: CommandIo,
  builder: Builder,
  listed: readonly Builder[],
): Promise<CheckedBuilder> {
  const target = { ...targetOf(builder.name, listed), unattended: true };
  const { name, arch } = builder;
  const said = {
    name,
    host: target.host,
    ...(arch === undefined ? {} : { arch }),
    osvers: releasesOf(builder),
  };
  try {
    const facts = await withScope(async (scope) => {
      const { connection } = await openConnection(scope, target, io);
      return probeNode(connection, managerKinds.flatMap(toolSetsOf));
    });
    const problems = nodeProblems(target.host, facts, arch, []);
    const able = managerKinds.filter((kind) => nearestMissing(facts, toolSetsOf(kind)).length === 0);
    const builds = problems.length > 0 ? [] : able;
    if (able.length === 0) problems.push(noManager(target.host));
    return { ...said, arch: arch ?? facts.arch, builds, facts, problems };
  } catch (error) {
    if (!(error instanceof RootimgError)) throw error;
    const details = error.details.length === 0 ? '' : ` (${error.details.join(' ')})`;
    const problems = problemsOf(error).map((one) => ({ ...one, message: `${one.message}${details}` }));
    return { ...said, builds: [], problems };
  }
}

function noManager(host: string): Problem {
  const choices = managerKinds.flatMap(toolSetsOf).map((set) => set.map(({ from }) => from).join(' and '));
  const hint = `Install there, for the images that it is to build: ${choices.join('; or ')}.`;
  return { code: 'tool-missing', message: `${host} has the programs of no package manager.`, hint };
}
