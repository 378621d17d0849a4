import { discreet } from './discreet.ts';
import { type PlainOptions, plainReporter, type Streams } from './plain.ts';
import type { Reporter, SeveralReporters } from './reporter.ts';
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
  const options = optionsOf(choice);
  if (choice.json) return (await import('./json.ts')).jsonReporter(streams, options);
  if (isLive(choice))
    return visibleReporter((await import('./terminal.ts')).terminalReporter(streams, options));
  return visibleReporter(plainReporter(streams, options));
}

/** The same for several images at once, by their names. */
export async function chooseReporters(choice: ReportChoice, streams: Streams): Promise<SeveralReporters> {
  const options = optionsOf(choice);
  if (choice.json) {
    const { jsonReporter } = await import('./json.ts');
    return {
      of: (image) => discreet(jsonReporter(streams, options, image)),
      all: discreet(jsonReporter(streams, options)),
    };
  }
  const several = isLive(choice)
    ? (await import('./several-lines.ts')).severalLines(streams, options)
    : (await import('./labelled.ts')).severalLabelled(plainReporter(streams, options));
  return {
    of: (image) => discreet(visibleReporter(several.of(image))),
    all: discreet(visibleReporter(several.all)),
  };
}

function optionsOf({ quiet, verbose }: ReportChoice): PlainOptions {
  return { quiet: quiet === true, verbose: verbose === true };
}

/** One of no width, as script(1) gives without a terminal of its own, can show no live line. */
function isLive({ verbose }: ReportChoice): boolean {
  const onTerminal = process.stdout.isTTY && process.stderr.isTTY && process.stderr.columns > 0;
  return onTerminal && verbose !== true;
}
