import { formatDuration } from './duration.ts';
import type { Reporter } from './reporter.ts';

export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export interface PlainOptions {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** One line per event: results and phases on standard output, warnings on standard error. */
export function plainReporter(streams: Streams, options: PlainOptions = {}): Reporter {
  const say = (text: string) => {
    if (!options.quiet) streams.out(`${text}\n`);
  };
  return {
    line: (text) => streams.out(`${text}\n`),
    info: say,
    detail: (text) => {
      if (options.verbose) say(text);
    },
    warn: (text) => streams.err(`Warning: ${text}\n`),
    fact: () => {},
    result: () => {},
    close: () => {},
    phase: (title) => {
      const started = performance.now();
      say(`${title} …`);
      return {
        progress: (text) => {
          if (options.verbose) say(`  ${text}`);
        },
        done: (summary) =>
          say(
            `${title}: done in ${formatDuration(performance.now() - started)}${summary ? ` (${summary})` : ''}`,
          ),
        failed: () => say(`${title}: failed after ${formatDuration(performance.now() - started)}`),
      };
    },
  };
}
