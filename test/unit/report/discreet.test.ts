import { expect, it } from 'vitest';
import { discreet } from '../../../src/report/discreet.ts';
import { jsonReporter } from '../../../src/report/json.ts';

it('no password of an address gets out by any way of telling', () => {
  let all = '';
  const keep = (text: string) => void (all += text);
  const reporter = discreet(jsonReporter({ out: keep, err: keep }, { verbose: true }));
  const text = 'from http://user:geheim@m/x';
  reporter.line(text);
  reporter.info(text);
  reporter.detail(text);
  reporter.warn(text);
  reporter.fact('f', { urls: [text] });
  const phase = reporter.phase(text);
  phase.progress(text);
  phase.done(text);
  reporter.result({ command: 'c', exitCode: 1, problems: [{ code: 'c', message: text, hint: text }] });
  expect(all.split('\n').filter((line) => line.includes('//')).length).toBeGreaterThanOrEqual(9);
  expect(all).not.toContain('geheim');
});
