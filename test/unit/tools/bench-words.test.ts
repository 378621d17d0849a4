import { expect, test } from 'vitest';
import { benchWords } from '../../../tools/bench/words.ts';

const known = ['genimage', 'debian', 'suse'] as const;

test.each([
  ['', { parts: known, rounds: 5, large: 3 }],
  ['2', { parts: known, rounds: 2, large: 2 }],
  ['9 1', { parts: known, rounds: 9, large: 1 }],
  ['debian', { parts: ['debian'], rounds: 5, large: 3 }],
  ['suse genimage 3', { parts: ['genimage', 'suse'], rounds: 3, large: 3 }],
])('npm run bench -- %s', (line, expected) => {
  expect(benchWords(line.split(' ').filter(Boolean), known)).toEqual(expected);
});

test.each(['fedora', '0', '1 2 3', 'debian --rounds'])('npm run bench -- %s is refused', (line) => {
  expect(() => benchWords(line.split(' '), known)).toThrow(
    expect.objectContaining({
      exitCode: 2,
      message: `npm run bench: ${line}: expected [PART…] [ROUNDS [LARGE]]; the parts are genimage, debian, suse.`,
    }),
  );
});
