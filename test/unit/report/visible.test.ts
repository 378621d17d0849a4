import { expect, it } from 'vitest';
import { plainReporter } from '../../../src/report/plain.ts';
import { visibleReporter } from '../../../src/report/visible.ts';

it('a text of media or nodes moves no cursor, and is one line', () => {
  let all = '';
  const keep = (text: string) => void (all += text);
  const reporter = visibleReporter(plainReporter({ out: keep, err: keep }, { verbose: true }));
  const text = 'a\x1b[2J\rWarning: b\nc';
  reporter.line(text);
  reporter.info(text);
  reporter.detail(text);
  reporter.warn(text);
  const phase = reporter.phase(text);
  phase.progress(text);
  phase.done(text);
  expect(all).not.toMatch(/[\x1b\r]/);
  expect(all.trimEnd().split('\n')).toHaveLength(7);
});
