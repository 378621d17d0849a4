import { describe, expect, it } from 'vitest';
import { outcomeOf, reportChoice, withReporter } from '../../../src/cli/with-reporter.ts';
import { RootimgError } from '../../../src/base/errors.ts';
import { recordedIo } from '../../lib/recorded-io.ts';

async function last(work: () => Promise<void>, exitCode = 0) {
  const { io, said } = recordedIo({ exitCode });
  const thrown = await withReporter(io, 'packimage', { json: true }, work).catch((error: unknown) => error);
  return { thrown, result: JSON.parse(said.stdout.trimEnd().split('\n').at(-1) ?? '') };
}

describe('withReporter', () => {
  it('tells in the end how it went, with the exit status of what failed in part', async () => {
    const { thrown, result } = await last(() => Promise.resolve(), 1);
    expect(thrown).toBeUndefined();
    expect(result).toMatchObject({ event: 'result', command: 'packimage', exitCode: 1, problems: [] });
  });

  it("tells the user's problems and throws them on", async () => {
    const error = new RootimgError('not-packed', 'It is not packed.', { hint: 'Pack it.' });
    const { thrown, result } = await last(() => Promise.reject(error));
    expect(thrown).toBe(error);
    expect(result.problems).toMatchObject([
      { code: 'not-packed', message: 'It is not packed.', hint: 'Pack it.' },
    ]);
  });

  it('tells of a bug as such', () => {
    expect(outcomeOf(new TypeError('x is not'))).toEqual({
      ...{ exitCode: 1, problems: [{ code: 'bug', message: 'x is not' }] },
    });
    expect(outcomeOf('text').problems[0]?.message).toBe('text');
  });
});

it('reportChoice', () => {
  expect(reportChoice(new Set(['json', 'x', undefined]))).toEqual({
    json: true,
    quiet: false,
    verbose: false,
  });
});
