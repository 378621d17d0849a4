import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readBracket } from '../../../../src/pack/select/bracket.ts';

/** The bytes among these that a set stands for. */
const among = (pattern: string, bytes: string) => {
  const found = readBracket(pattern, 1);
  return found && [...bytes].filter((byte) => found.set[byte.charCodeAt(0)]).join('');
};

it.each([
  ['[abc]', 'a-c^!]', 'ac'],
  ['[!ac]', 'abc', 'b'],
  ['[^ac]', 'abc', 'b'],
  ['[]a]', ']ab', ']a'],
  ['[a-c]', 'abcd-', 'abc'],
  ['[c-a]', 'abc', ''],
  ['[a-]', 'a-b', 'a-'],
  ['[[:digit:]x]', '19xa', '19x'],
])('%s of "%s" has "%s"', (pattern, bytes, expected) => {
  expect(among(pattern, bytes)).toBe(expected);
});

it('without an end there is no set', () => {
  for (const pattern of ['[', '[a', '[]', '[!]', '[^]']) expect(readBracket(pattern, 1)).toBeUndefined();
});

it('means the same as for find in the C locale', () => {
  const inner = fc.stringMatching(/^[!^]?[abc]{1,3}(-[abc])?$/);
  fc.assert(
    fc.property(inner, (text) => {
      const cases = [...'abc-'].map(
        (byte) => `case ${byte} in [${text.replace('^', '!')}]) printf %s ${byte};; esac`,
      );
      const shell = execFileSync('sh', ['-c', cases.join('\n')], { encoding: 'utf8', env: { LC_ALL: 'C' } });
      expect(among(`[${text}]`, 'abc-')).toBe(shell);
    }),
    { numRuns: 25 },
  );
});
