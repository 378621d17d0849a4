import type { Reporter, SeveralReporters } from './reporter.ts';

/** A sink of single lines, for several images: each line begins with the name of its image. */
export function severalLabelled(sink: Reporter): SeveralReporters {
  return { of: (image) => labelled(sink, image), all: sink };
}

/** The same sink; what it is told begins with a label. Closing it leaves the sink open. */
export function labelled(sink: Reporter, label: string): Reporter {
  const named = (text: string) => `${label}: ${text}`;
  return {
    line: (text) => sink.line(named(text)),
    info: (text) => sink.info(named(text)),
    detail: (text) => sink.detail(named(text)),
    warn: (text) => sink.warn(named(text)),
    fact: (name, data) => sink.fact(name, data),
    result: () => {},
    close: () => {},
    phase: (title) => {
      const phase = sink.phase(named(title));
      return {
        progress: (text, done, total) => phase.progress(named(text), done, total),
        done: (summary) => phase.done(summary),
        failed: () => phase.failed(),
      };
    },
  };
}
