import { execFileSync } from 'node:child_process';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { patternTest } from '../../src/pack/select/fnmatch.ts';
import { patternSet } from '../../src/pack/select/pattern-set.ts';
import { readExcludeLists } from '../../src/resolve/exclude-list.ts';
import { amount } from '../lib/amount.ts';

/** Asks the host's fnmatch(3), flags 0, C locale, of lines `pattern NUL text` in hexadecimal. */
const script = `
import ctypes, sys
fnmatch = ctypes.CDLL(None).fnmatch
for line in sys.stdin:
    pattern, text = (bytes.fromhex(word) for word in line.rstrip('\\n').split(' '))
    print(fnmatch(pattern, text, 0))
`;

function fnmatch(pairs: readonly (readonly [string, string])[]): boolean[] {
  const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex');
  const input = pairs.map(([pattern, text]) => `${hex(pattern)} ${hex(text)}\n`).join('');
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', PYTHONCOERCECLOCALE: '0', PYTHONUTF8: '0' };
  const said = execFileSync('python3', ['-c', script], { input, env, encoding: 'utf8', maxBuffer: 1e8 });
  return said
    .trim()
    .split('\n')
    .map((line) => line === '0');
}

const words = ['a', 'b', 'ab', 'ba', '/', '.', './', '-', ']', 'A', '0', '\xe9', '\n', ' '];
const special = [
  '*',
  '*',
  '*',
  '?',
  '?',
  '[ab]',
  '[!a]',
  '[^b/]',
  '[a-c]',
  '[]a]',
  '[[:alpha:]]',
  '[[:digit:]]',
  '[',
  '[[.a.]-c]',
  '[[=a=]]',
];

test('what the pattern matcher decides is what fnmatch(3) decides', () => {
  const text = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => parts.join(''));
  const pattern = fc
    .array(fc.constantFrom(...words, ...special, '\\*', '\\a'), { maxLength: 25 })
    .map((parts) => parts.join(''));
  // One that matches, with a piece of it replaced: few random pairs would match at all.
  const near = fc
    .tuple(
      fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 20 }),
      fc.nat(),
      fc.constantFrom(...special),
    )
    .map(([parts, at, piece]): [string, string] => {
      const changed = [...parts];
      changed[at % parts.length] = piece;
      changed[(at >> 4) % parts.length] = '*';
      return [changed.join(''), parts.join('')];
    });
  const pairs = fc.array(fc.oneof(fc.tuple(pattern, text), near), { minLength: 500, maxLength: 500 });
  let matching = 0;
  fc.assert(
    fc.property(pairs, (some) => {
      const expected = fnmatch(some);
      matching += expected.filter(Boolean).length;
      expect(some.map(([one, path]) => [one, path, patternTest(one)(path)])).toEqual(
        some.map(([one, path], index) => [one, path, expected[index]]),
      );
    }),
    { numRuns: amount(10, 200) },
  );
  expect(matching).toBeGreaterThan(200);
});

/** Each made a matcher that goes back take longer than anybody waits; they end, or the test does not. */
const long = amount(5000, 40_000);
const slow = [
  `./${'*a'.repeat(500)}*b`,
  `*${'?'.repeat(3000)}*b`,
  `*${'[ab]'.repeat(1000)}c*${'[ab]'.repeat(1000)}d`,
  `${'*?'.repeat(2000)}b`,
  `*${'a'.repeat(1000)}b*`,
  `*${'[!b]'.repeat(40)}b*${'a*'.repeat(300)}x`,
  '['.repeat(4000),
  `${'[\\]'.repeat(1300)}`,
  `${'[[.a'.repeat(1000)}`,
  `${'[[:a'.repeat(1000)}`,
];

test('no pattern makes the matcher go back: long names take their length', () => {
  const texts = ['a'.repeat(long), `./${'a/'.repeat(long / 2)}`, 'ab'.repeat(long / 2)];
  for (const pattern of slow) {
    const matches = patternTest(pattern);
    const { test: matchesAny, outside } = patternSet([pattern, `./${pattern}`]);
    for (const text of texts) {
      expect([pattern, matchesAny(outside, text, text)]).toEqual([
        pattern,
        matches(text) || patternTest(`./${pattern}`)(text),
      ]);
    }
  }
});

test('a list of such patterns is read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'patterns-'));
  try {
    writeFileSync(join(folder, 'x'), slow.join('\n').repeat(amount(2, 50)));
    const { rules } = await readExcludeLists('x', folder);
    patternSet(rules.map(({ pattern }) => pattern));
    expect(rules.length).toBeGreaterThan(10);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
