import { Command } from 'commander';
import { atMost } from '../base/at-most.ts';
import { RootimgError } from '../base/errors.ts';
import { openConnection } from '../remote/open-node.ts';
import { nodeNics } from '../remote/read-nics.ts';
import { withScope } from '../system/scope.ts';
import { listenForStop, throwIfStopped } from '../system/signals.ts';
import type { CommandIo } from './io.ts';
import { printError } from './print-error.ts';

/** Nodes that are asked at the same time. */
const atOnce = 16;

/** `rootimg nics NODES`: the network cards of nodes, for `rootimg check --nics`. */
export function nicsCommand(io: CommandIo): Command {
  return new Command('nics')
    .description('list the network cards of nodes by ssh, in the form that rootimg check --nics reads')
    .argument('<nodes...>', 'names as ssh takes them, or lists with commas')
    .action((words: string[]) => nics(io, words));
}

async function nics(io: CommandIo, words: readonly string[]): Promise<void> {
  listenForStop();
  const nodes = [...new Set(words.flatMap((word) => word.split(',')))].filter((name) => name !== '');
  const found = new Map<string, readonly string[]>();
  await atMost(atOnce, nodes, async (node) => {
    const lines = await linesFrom(io, node);
    if (lines !== undefined) found.set(node, lines);
  });
  throwIfStopped();
  for (const node of nodes) for (const line of found.get(node) ?? []) io.stdout(`${node}: ${line}\n`);
}

/** Undefined where the node does not answer, which is told. */
async function linesFrom(io: CommandIo, host: string): Promise<string[] | undefined> {
  try {
    return await withScope(async (scope) => {
      const { connection } = await openConnection(scope, { host, unattended: true }, io);
      const lines = await nodeNics(connection);
      if (lines.length === 0) io.stderr(`Warning: ${host} has no network card on PCI.\n`);
      return lines;
    });
  } catch (error) {
    if (!(error instanceof RootimgError)) throw error;
    io.exitCode = printError(io, error);
    return undefined;
  }
}
