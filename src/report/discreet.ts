import { dataWithoutSecrets, withoutSecrets } from '../base/secrets.ts';
import type { Reporter } from './reporter.ts';

/** The same reporter, told everything without the secrets of addresses. */
export function discreet(reporter: Reporter): Reporter {
  return {
    line: (text) => reporter.line(withoutSecrets(text)),
    info: (text) => reporter.info(withoutSecrets(text)),
    detail: (text) => reporter.detail(withoutSecrets(text)),
    warn: (text) => reporter.warn(withoutSecrets(text)),
    fact: (name, data) => reporter.fact(name, dataWithoutSecrets(data)),
    result: (result) => reporter.result({ ...result, problems: result.problems.map(dataWithoutSecrets) }),
    close: () => reporter.close(),
    phase: (title) => {
      const phase = reporter.phase(withoutSecrets(title));
      return {
        progress: (text, done, total) => phase.progress(withoutSecrets(text), done, total),
        done: (summary) => phase.done(summary === undefined ? undefined : withoutSecrets(summary)),
        failed: () => phase.failed(),
      };
    },
  };
}
