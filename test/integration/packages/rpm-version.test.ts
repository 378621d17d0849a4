import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareRpmSegments } from '../../../src/packages/rpm/rpm-version.ts';
import { run } from '../../../src/system/exec.ts';

test('the comparison is that of the real rpm', async () => {
  const word = fc.string({ unit: fc.constantFrom(...'0123459aabxz..~^+_'), minLength: 1, maxLength: 9 });
  const pairs = fc.sample(fc.tuple(word, word), 500);
  const calls = pairs.map(([a, b]) => `print(rpm.vercmp("${a}","${b}").." ")`).join(' ');
  const { stdout } = await run(['rpm', '--eval', `%{lua:${calls}}`]);
  const real = stdout
    .split('\n')
    .flatMap((line) => line.trim().split(/\s+/))
    .filter((n) => n !== '')
    .map(Number);
  expect(real).toHaveLength(pairs.length);
  const ours = pairs.map(([a, b]) => Math.sign(compareRpmSegments(a, b)));
  for (const [index, pair] of pairs.entries()) {
    expect({ pair, order: ours[index] }).toEqual({ pair, order: real[index] });
  }
});
