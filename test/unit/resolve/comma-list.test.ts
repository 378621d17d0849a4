import { describe, expect, it } from 'vitest';
import { absoluteCommaList, splitCommaList } from '../../../src/resolve/comma-list.ts';

describe('splitCommaList', () => {
  it.each([
    [undefined, [], false],
    ['', [], false],
    ['a', ['a'], false],
    ['a,', ['a'], false],
    ['a, b ,,', ['a', 'b'], false],
    ['a,,b', ['a', 'b'], true],
    [',a', ['a'], true],
    ['0', ['0'], false],
  ])('%j', (value, names, hasGap) => {
    expect(splitCommaList(value)).toEqual({ names, hasGap });
  });
});

describe('absoluteCommaList', () => {
  it.each([
    ['/a, /b,', '/a, /b,'],
    ['a, ../b', '/here/a, /b'],
    ['http://x/y,sub', 'http://x/y,/here/sub'],
    ['p.sh -a one --two=2,/q', '/here/p.sh -a one --two=2,/q'],
    ['dud:d.img,rpm:/r.rpm,bare.rpm', 'dud:/here/d.img,rpm:/r.rpm,/here/bare.rpm'],
  ])('%s', (value, expected) => {
    expect(absoluteCommaList(value, '/here', ['dud:', 'rpm:'])).toBe(expected);
  });
});
