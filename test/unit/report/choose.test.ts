import { describe, expect, it } from 'vitest';
import { chooseReporter, chooseReporters, type ReportChoice } from '../../../src/report/choose.ts';

function streams() {
  const out: string[] = [];
  const err: string[] = [];
  return {
    out,
    err,
    streams: { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) },
  };
}

async function said(choice: ReportChoice) {
  const { out, err, streams: both } = streams();
  const reporter = await chooseReporter(choice, both);
  reporter.line('a line');
  reporter.info('from http://user:secret@host/x');
  reporter.detail('a detail');
  reporter.warn('a warning');
  reporter.close();
  return { out: out.join(''), err: err.join('') };
}

describe('chooseReporter', () => {
  it('plain lines: results to standard output, warnings to standard error, no secret of an address', async () => {
    const { out, err } = await said({});
    expect(out).toContain('a line');
    expect(err).toContain('a warning');
    expect(out).toContain('host/x');
    expect(out + err).not.toMatch(/secret|a detail/);
  });

  it('quiet leaves out what is only worth knowing, verbose has details', async () => {
    expect((await said({ quiet: true })).out).not.toContain('host');
    expect((await said({ verbose: true })).out).toContain('a detail');
  });

  it('JSON: each line of standard output is an event, no secret either', async () => {
    const { out } = await said({ json: true });
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ event }: { event: string }) => event)).toContain('line');
    expect(out).not.toContain('secret');
  });
});

it('chooseReporters tells several images apart', async () => {
  const { out, streams: both } = streams();
  const { of } = await chooseReporters({ json: true }, both);
  of('a').info('x');
  of('b').info('y');
  const events = out
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.map(({ image }: { image: string }) => image)).toEqual(['a', 'b']);
});
