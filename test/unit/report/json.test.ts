import { expect, it } from 'vitest';
import { jsonReporter } from '../../../src/report/json.ts';

it('every event is one line of JSON with its level and the version of the schema', () => {
  const lines: string[] = [];
  const reporter = jsonReporter({ out: (text) => lines.push(text), err: () => {} }, {});
  reporter.line('a\nb');
  reporter.detail('only with --verbose');
  reporter.warn('w');
  reporter.fact('size', { bytes: 1 });
  reporter.phase('P').failed();
  reporter.result({ command: 'c', exitCode: 1, problems: [{ code: 'c', message: 'm' }] });
  expect(lines.every((line) => line.endsWith('\n') && line.split('\n').length === 2)).toBe(true);
  const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.map(({ event, level }) => `${level} ${event}`)).toEqual([
    'info line',
    'warn warning',
    'info fact',
    'info phase-start',
    'error phase-failed',
    'error result',
  ]);
  expect(new Set(events.map(({ schema }) => schema)).size).toBe(1);
  expect(events[2]).toMatchObject({ name: 'size', data: { bytes: 1 } });
});
