import { describe, expect, it } from 'vitest';
import { readEnviron } from '../../../src/resolve/environ.ts';

describe('readEnviron', () => {
  it('splits a comma list of NAME=value', () => {
    expect(readEnviron('A=b, C=d=e,,E=')).toEqual({ variables: { A: 'b', C: 'd=e', E: '' }, problems: [] });
  });

  it.each(['x', 'A=1,b c', '1A=2', 'A-B=1'])('refuses %j', (value) => {
    expect(readEnviron(value).problems).toHaveLength(1);
  });
});
