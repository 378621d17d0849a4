import { atMost } from '../../base/at-most.ts';
import { RootimgError } from '../../base/errors.ts';
import { readReport } from '../../inspect/stale/read-reports.ts';
import type { BootedNode } from '../../plan/booted-node.ts';
import { openConnection } from '../../remote/open-node.ts';
import { bootedLines } from '../../remote/read-booted.ts';
import { withScope } from '../../system/scope.ts';
import { listenForStop, throwIfStopped } from '../../system/signals.ts';
import type { CommandIo } from '../io.ts';
import { printError } from '../print-error.ts';

/** Nodes that are asked at the same time. */
const atOnce = 16;

/** What nodes say by ssh that they run. One that does not answer is told, and absent. */
export async function askNodes(
  io: CommandIo,
  nodes: readonly string[],
): Promise<Map<string, BootedNode | undefined>> {
  listenForStop();
  const found = new Map<string, BootedNode | undefined>();
  await atMost(atOnce, nodes, async (host) => {
    try {
      await withScope(async (scope) => {
        const { connection } = await openConnection(scope, { host, unattended: true }, io);
        found.set(host, readReport(await bootedLines(connection)));
      });
    } catch (error) {
      if (!(error instanceof RootimgError)) throw error;
      printError(io, error);
    }
  });
  throwIfStopped();
  return found;
}
