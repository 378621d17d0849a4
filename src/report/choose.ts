import { discreet } from './discreet.ts';
import { plainReporter, type Streams } from './plain.ts';
import type { Reporter } from './reporter.ts';
import { visibleReporter } from './visible.ts';

export interface ReportChoice {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/**
 * The sink that fits, which no secret of an address reaches: JSON lines when asked for, a live display on a
 * terminal, else one plain line per event.
 */
export async function chooseReporter(choice: ReportChoice, streams: Streams): Promise<Reporter> {
  return discreet(await sinkFor(choice, streams));
}

async function sinkFor(choice: ReportChoice, streams: Streams): Promise<Reporter> {
  const options = { quiet: choice.quiet === true, verbose: choice.verbose === true };
  if (choice.json) return (await import('./json.ts')).jsonReporter(streams, options);
  // One of no width, as script(1) gives without a terminal of its own, can show no live line.
  const onTerminal = process.stdout.isTTY && process.stderr.isTTY && process.stderr.columns > 0;
  if (onTerminal && !options.verbose)
    return visibleReporter((await import('./terminal.ts')).terminalReporter(streams, options));
  return visibleReporter(plainReporter(streams, options));
}
