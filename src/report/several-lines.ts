import ora from 'ora';
import { labelled } from './labelled.ts';
import { plainReporter, type PlainOptions, type Streams } from './plain.ts';
import type { Reporter, SeveralReporters } from './reporter.ts';
import { progressBar } from './terminal.ts';

/**
 * For people at a terminal: a live line for each of several images, and what is said of them above, with
 * their names. An image that has ended leaves the live lines.
 */
export function severalLines(streams: Streams, options: PlainOptions = {}): SeveralReporters {
  const lines = new Map<string, string>();
  const spinner = ora({ stream: process.stderr, isSilent: options.quiet === true });
  const show = () => {
    const width = Math.max(...[...lines.keys()].map((image) => image.length));
    const shown = [...lines].map(([image, text]) => `${image.padEnd(width)}  ${text}`);
    // The sign of life stands before the first line only.
    spinner.text = shown.join('\n  ');
    if (lines.size === 0) spinner.stop();
    else if (!spinner.isSpinning) spinner.start();
  };
  const above = (print: () => void) => {
    if (spinner.isSpinning) spinner.clear();
    print();
    if (spinner.isSpinning) spinner.render();
  };
  const all = plainReporter(
    { out: (text) => above(() => streams.out(text)), err: (text) => above(() => streams.err(text)) },
    options,
  );
  const of = (image: string): Reporter => {
    const tell = (text: string) => {
      lines.set(image, text);
      show();
    };
    return {
      ...labelled(all, image),
      close: () => {
        lines.delete(image);
        show();
      },
      phase: (title) => {
        tell(title);
        return {
          progress: (text, done, total) => tell(`${title} ${progressBar(done, total)}${text}`),
          done: () => tell(`${title}: done`),
          failed: () => tell(`${title}: failed`),
        };
      },
    };
  };
  return { of, all };
}
