import { describe, expect, it } from 'vitest';
import { readWords } from '../../../../src/cli/definitions/def-words.ts';

function read(words: readonly string[], option?: string) {
  const { names, attributes } = readWords(option, words);
  return { names, values: Object.fromEntries([...attributes].map(([name, { value }]) => [name, value])) };
}

describe('readWords', () => {
  it.each<[string, string[], string | undefined, ReturnType<typeof read>]>([
    ['a comma list of names, each once', ['a,b,a'], undefined, { names: ['a', 'b'], values: {} }],
    ['values, of two for one the last', ['a', 'x=1', 'x=2'], undefined, { names: ['a'], values: { x: '2' } }],
    [
      'values with = in them, and empty ones',
      ['x=a=b', 'y='],
      'a',
      { names: ['a'], values: { x: 'a=b', y: '' } },
    ],
    ['blanks around both', [' x = 1 '], 'a', { names: ['a'], values: { x: '1' } }],
    [
      'names behind -o and in a word before values',
      ['b', 'x=1'],
      'a',
      { names: ['a', 'b'], values: { x: '1' } },
    ],
  ])('%s', (_, words, option, expected) => {
    expect(read(words, option)).toEqual(expected);
  });

  it('refuses a second list of names, and the rest of a value without quotes', () => {
    expect(() => read(['a', 'x=1', 'b'])).toThrow(/Several names are one word/);
    expect(() => read(['x=two', 'words'], 'a')).toThrow(/'words' follows a value/);
  });
});
