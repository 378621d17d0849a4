import { visibleText } from '../base/visible-text.ts';
import type { Reporter } from './reporter.ts';

/**
 * The same sink, for people: what they are told never moves their cursor, and never looks like a line of ours
 * that it is not.
 */
export function visibleReporter(sink: Reporter): Reporter {
  return {
    line: (text) => sink.line(visibleText(text)),
    info: (text) => sink.info(visibleText(text)),
    detail: (text) => sink.detail(visibleText(text)),
    warn: (text) => sink.warn(visibleText(text)),
    fact: (name, data) => sink.fact(name, data),
    result: (result) => sink.result(result),
    close: () => sink.close(),
    phase: (title) => {
      const phase = sink.phase(visibleText(title));
      return {
        progress: (text, done, total) => phase.progress(visibleText(text), done, total),
        done: (summary) => phase.done(summary === undefined ? undefined : visibleText(summary)),
        failed: () => phase.failed(),
      };
    },
  };
}
