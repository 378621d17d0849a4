import { expect, it } from 'vitest';
import { plainReporter } from '../../../src/report/plain.ts';

function tell(options: { quiet?: boolean; verbose?: boolean }) {
  const out: string[] = [];
  const err: string[] = [];
  const reporter = plainReporter({ out: (text) => out.push(text), err: (text) => err.push(text) }, options);
  reporter.line('contract');
  reporter.info('info');
  reporter.detail('detail');
  reporter.warn('careful');
  reporter.fact('n', 1);
  reporter.phase('P').progress('half', 1, 2);
  return { out: out.map((text) => text.trim()), err };
}

it.each([
  [{}, ['contract', 'info', 'P …']],
  [{ quiet: true }, ['contract']],
  [{ verbose: true }, ['contract', 'info', 'detail', 'P …', 'half']],
])('%j', (options, lines) => {
  expect(tell(options)).toEqual({ out: lines, err: ['Warning: careful\n'] });
});
