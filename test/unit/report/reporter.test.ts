import { expect, it } from 'vitest';
import { plainReporter } from '../../../src/report/plain.ts';
import { inPhase } from '../../../src/report/reporter.ts';

function said() {
  const lines: string[] = [];
  return {
    lines,
    reporter: plainReporter({ out: (text) => lines.push(text), err: (text) => lines.push(text) }),
  };
}

it('a phase ends well with its summary, or badly with the error of the work', async () => {
  const { lines, reporter } = said();
  expect(
    await inPhase(
      reporter,
      'Pack',
      () => Promise.resolve(3),
      (count) => `${count} files`,
    ),
  ).toBe(3);
  await expect(inPhase(reporter, 'Sign', () => Promise.reject(new Error('no key')))).rejects.toThrow(
    'no key',
  );
  expect(lines.map((line) => line.replace(/\d+ ms/, 'T'))).toEqual([
    'Pack …\n',
    'Pack: done in T (3 files)\n',
    'Sign …\n',
    'Sign: failed after T\n',
  ]);
});
