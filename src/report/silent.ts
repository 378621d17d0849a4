import type { Reporter } from './reporter.ts';

/** Says nothing; for tests and for library use. */
export function silentReporter(): Reporter {
  const nothing = () => {};
  return {
    line: nothing,
    info: nothing,
    detail: nothing,
    warn: nothing,
    fact: nothing,
    result: nothing,
    close: nothing,
    phase: () => ({ progress: nothing, done: nothing, failed: nothing }),
  };
}
