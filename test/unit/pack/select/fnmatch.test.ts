import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toBinary } from '../../../../src/base/bytes.ts';
import { parsePattern, patternTest } from '../../../../src/pack/select/fnmatch.ts';
import { amount } from '../../../lib/amount.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

const names = [
  ...[
    'a',
    'b',
    'ab',
    'abc',
    '-',
    ']',
    '[',
    '[a',
    'a]',
    '^',
    '!',
    '\\',
    'a\\b',
    '*',
    '?',
    'A',
    'Z',
    '0',
    '9a',
    '.a',
  ],
  ...[
    ' ',
    'a b',
    "it's",
    'a\nb',
    '\xe9',
    '\xc3\xa9t\xc3\xa9',
    '\xff',
    '+x',
    ':',
    '=',
    '.',
    'a.b',
    '{a,b}',
    '$(x)',
  ],
  ...['d/a', 'd/ab', 'd/.b', 'd/e/a', 'd/e/f', 'ab/c', 'ab/d-e', 'x/[z]/]'],
];

let root: string;
let paths: string[];

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'fnmatch-'));
  for (const name of names.filter(
    (one) => one !== '.' && !names.some((other) => other.startsWith(`${one}/`)),
  )) {
    mkdirSync(latin1(`${root}/${dirname(name)}`), { recursive: true });
    writeFileSync(latin1(`${root}/${name}`), '');
  }
  paths = find(['-print0']).get('') ?? [];
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Runs the real find; gives the paths by the mark that -printf put before them. */
function find(expression: string[]): Map<string, string[]> {
  const output = execFileSync('xargs', ['-0', 'find', '.'], {
    cwd: root,
    env: { ...process.env, LC_ALL: 'C' },
    input: latin1(expression.map((word) => `${word}\0`).join('')),
    stdio: ['pipe', 'pipe', 'ignore'],
  }).toString('latin1');
  const found = new Map<string, string[]>();
  for (const record of output.split('\0').slice(0, -1)) {
    const [, mark = '', path = ''] = /^(?:#(\d+)#)?([^]*)$/.exec(record) ?? [];
    found.set(mark, [...(found.get(mark) ?? []), path]);
  }
  return found;
}

/** One find for many patterns. */
function findEach(patterns: string[]): string[][] {
  const words = patterns.flatMap((pattern, index) => [
    ...(index === 0 ? [] : [',']),
    ...['(', '-path', pattern, '-printf', `#${index}#%p\\0`, ')'],
  ]);
  const found = find(words);
  return patterns.map((_, index) => (found.get(String(index)) ?? []).sort());
}

function ours(pattern: string): string[] {
  return paths.filter(patternTest(pattern)).sort();
}

const chosen = [
  ...[
    '.',
    './*',
    '*',
    './a*',
    '*a',
    './?',
    './[ab]',
    './[!ab]',
    './[^ab]*',
    './[a-c]b',
    './[]]',
    './[!]]',
    './[]-a]',
  ],
  ...['./[a-]', './[-a]', './[--0]', './[c-a]', './[[:alpha:]]', './[[:alpha:][:digit:]]*', './[![:alnum:]]'],
  ...[
    './[[:nope:]a]',
    './[a[:nope:]]',
    './[![:nope:]]',
    './[[:alpha:]-z]',
    './[[=a=]b]',
    './[[.a.]]',
    './[[.-.]]',
  ],
  ...[
    './[[.a.]-b]',
    './[a-[.b.]]',
    './[[.space.]]',
    './[[:Alpha:]]',
    './[[:a]',
    './[[=a]',
    './[a',
    './[',
    '[',
    './a]',
  ],
  ...[
    './\\*',
    './\\[',
    './\\\\',
    './a\\\\b',
    './\\a',
    './a\\',
    './[\\]]',
    './[\\\\]',
    './[a\\-b]',
    './[\\a-\\c]',
    './[a\\',
  ],
  ...[
    './d/*',
    './d*',
    './*/a',
    './d?a',
    './d[/]a',
    './d[!x]a',
    './d/',
    './d//a',
    'd/a',
    './*.*',
    './**',
    './*b*',
    './***c',
  ],
  ...[
    './a b',
    "./it's",
    './a?b',
    './a\nb',
    './\xe9',
    './?',
    './??t??',
    './[\x80-\xff]*',
    './+x',
    './-',
    './{a,b}',
    './$(x)',
  ],
  ...['', '*/', '*[!/]', './[!a-z]', './x/[[]z]/]', './x/\\[z]/*'],
];

test('what find decides for the known corner cases is what we decide', () => {
  const expected = findEach(chosen.filter((one) => one !== ''));
  expect(chosen.filter((one) => one !== '').map((one) => [one, ours(one)])).toEqual(
    chosen.filter((one) => one !== '').map((one, index) => [one, expected[index]]),
  );
  expect(ours('')).toEqual([]);
  expect(new Set(expected.flat()).size).toBe(paths.length);
});

test('generated patterns match what find matches', () => {
  const piece = fc.constantFrom(
    ...[
      '*',
      '?',
      '[',
      ']',
      '[!',
      '[^',
      'a-c',
      '\\',
      '/',
      './',
      'a',
      'b',
      'c',
      'd',
      '.',
      ' ',
      '\n',
      'A',
      '0',
      '\xe9',
      '\xff',
    ],
    ...['[:alpha:]', '[:digit:]', '[=a=]', '[.a.]', '[a-c]', '[!a]', '[[:punct:]]', '[]a]', 'ab', 'd/e'],
  );
  const pattern = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(fc.array(pattern, { minLength: 60, maxLength: 60 }), (patterns) => {
      const anchored = patterns.map((one, index) => (index % 3 === 0 ? one : `./${one}`));
      const expected = findEach(anchored);
      expect(anchored.map((one) => [one, ours(one)])).toEqual(
        anchored.map((one, index) => [one, expected[index]]),
      );
    }),
    { numRuns: amount(20, 60) },
  );
});

test('the kinds that have an index are recognised', () => {
  expect(parsePattern('./etc/a\\*b')).toEqual({ kind: 'literal', text: './etc/a*b' });
  expect(parsePattern('./usr/share/doc*')).toEqual({ kind: 'prefix', text: './usr/share/doc' });
  expect(parsePattern('*')).toEqual({ kind: 'prefix', text: '' });
  expect(parsePattern('**.pyc')).toEqual({ kind: 'suffix', text: '.pyc' });
  expect(parsePattern('./usr/lib?/x*')).toMatchObject({ kind: 'general', core: './usr/lib' });
  expect(parsePattern(toBinary('./é*'))).toEqual({ kind: 'prefix', text: './\xc3\xa9' });
});
