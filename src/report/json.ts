import pino from 'pino';
import type { EventBody } from '../plan/event.ts';
import { eventSchemaVersion } from '../plan/event-version.ts';
import type { PlainOptions, Streams } from './plain.ts';
import type { Reporter } from './reporter.ts';

/**
 * JSON lines on standard output, one per event, for programs: see src/plan/event.ts, and docs/json.md for
 * people. `image`: which one of several the events are of.
 */
export function jsonReporter(streams: Streams, options: PlainOptions = {}, image?: string): Reporter {
  const log = pino(
    {
      base: { schema: eventSchemaVersion, ...(image === undefined ? {} : { image }) },
      level: options.verbose ? 'debug' : 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (text: string) => streams.out(text) },
  );
  const tell = (level: 'debug' | 'info' | 'warn' | 'error', body: EventBody, text?: string) =>
    text === undefined ? log[level](body) : log[level](body, text);
  return {
    line: (text) => tell('info', { event: 'line' }, text),
    info: (text) => tell('info', { event: 'info' }, text),
    detail: (text) => tell('debug', { event: 'detail' }, text),
    warn: (text) => tell('warn', { event: 'warning' }, text),
    fact: (name, data) => tell('info', { event: 'fact', name, data }),
    result: (result) => tell(result.exitCode === 0 ? 'info' : 'error', { event: 'result', ...result }),
    close: () => {},
    phase: (phase) => {
      const started = performance.now();
      const milliseconds = () => Math.round(performance.now() - started);
      tell('info', { event: 'phase-start', phase });
      return {
        progress: (text, done, total) =>
          tell(
            'debug',
            {
              event: 'progress',
              phase,
              ...(done === undefined ? {} : { done }),
              ...(total === undefined ? {} : { total }),
            },
            text,
          ),
        done: (summary) =>
          tell('info', { event: 'phase-done', phase, milliseconds: milliseconds() }, summary ?? ''),
        failed: () => tell('error', { event: 'phase-failed', phase, milliseconds: milliseconds() }),
      };
    },
  };
}
