import pino from 'pino';
import type { Streams } from './plain.ts';
import type { Reporter } from './reporter.ts';

/** JSON lines on standard output, one per event, for programs: `event`, `msg`, and what belongs to the event. */
export function jsonReporter(streams: Streams): Reporter {
  const log = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } },
    { write: (text: string) => streams.out(text) },
  );
  return {
    line: (text) => log.info({ event: 'line' }, text),
    info: (text) => log.info({ event: 'info' }, text),
    detail: (text) => log.debug({ event: 'detail' }, text),
    warn: (text) => log.warn({ event: 'warning' }, text),
    fact: (name, data) => log.info({ event: 'fact', name, data }),
    close: () => {},
    phase: (title) => {
      const started = performance.now();
      const elapsed = () => Math.round(performance.now() - started);
      log.info({ event: 'phase-start', phase: title });
      return {
        progress: (text, done, total) => log.debug({ event: 'progress', phase: title, done, total }, text),
        done: (summary) =>
          log.info({ event: 'phase-done', phase: title, milliseconds: elapsed() }, summary ?? ''),
        failed: () => log.error({ event: 'phase-failed', phase: title, milliseconds: elapsed() }),
      };
    },
  };
}
