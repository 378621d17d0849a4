import { expect, it } from 'vitest';
import { progressBar } from '../../../src/report/terminal.ts';

it.each([
  [0, 4, 0],
  [2, 4, 12],
  [4, 4, 24],
  [9, 4, 24],
])('%i of %i fills %i places', (done, total, filled) => {
  const bar = progressBar(done, total);
  expect([...bar].filter((one) => one === '#')).toHaveLength(filled);
  expect(bar).toMatch(/^\[[#-]{24}\] /);
});

it('without a total there is none', () => {
  for (const [done, total] of [
    [1, undefined],
    [undefined, 1],
    [0, 0],
  ] as const)
    expect(progressBar(done, total)).toBe('');
});
