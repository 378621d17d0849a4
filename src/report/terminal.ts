import ora, { type Ora } from 'ora';
import { formatDuration } from './duration.ts';
import type { PlainOptions, Streams } from './plain.ts';
import type { Reporter } from './reporter.ts';

const barWidth = 24;

/** Gives `[######------] 12/216` for a known total, nothing for an unknown one. */
export function progressBar(done: number | undefined, total: number | undefined): string {
  if (done === undefined || total === undefined || total <= 0) return '';
  const filled = Math.round((Math.min(done, total) / total) * barWidth);
  return `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}] ${done}/${total} `;
}

/**
 * For people at a terminal: one live line for the running phase, and all phases with their times at the end.
 */
export function terminalReporter(streams: Streams, options: PlainOptions = {}): Reporter {
  let live: Ora | undefined;
  const times: { title: string; milliseconds: number }[] = [];
  const above = (print: () => void) => {
    live?.clear();
    print();
    live?.render();
  };
  const say = (text: string) => {
    if (!options.quiet) above(() => streams.out(`${text}\n`));
  };
  return {
    line: (text) => above(() => streams.out(`${text}\n`)),
    info: say,
    detail: (text) => {
      if (options.verbose) say(text);
    },
    warn: (text) => above(() => streams.err(`Warning: ${text}\n`)),
    fact: () => {},
    result: () => {},
    close: () => {
      live?.stop();
      if (options.quiet || times.length < 2) return;
      const width = Math.max(...times.map((t) => t.title.length));
      for (const { title, milliseconds } of times) {
        streams.out(`  ${title.padEnd(width)}  ${formatDuration(milliseconds).padStart(7)}\n`);
      }
    },
    phase: (title) => {
      const started = performance.now();
      const spinner = ora({ text: title, stream: process.stderr, isSilent: options.quiet === true }).start();
      live = spinner;
      const end = (symbol: 'succeed' | 'fail', text: string) => {
        spinner[symbol](text);
        if (live === spinner) live = undefined;
      };
      return {
        progress: (text, done, total) => {
          spinner.text = `${title} ${progressBar(done, total)}${text}`;
        },
        done: (summary) => {
          const milliseconds = performance.now() - started;
          times.push({ title, milliseconds });
          end('succeed', `${title} ${formatDuration(milliseconds)}${summary ? ` (${summary})` : ''}`);
        },
        failed: () => end('fail', `${title}: failed after ${formatDuration(performance.now() - started)}`),
      };
    },
  };
}
