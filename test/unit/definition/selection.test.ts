import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSelection, passesAll } from '../../../src/definition/selection.ts';

describe('a selection', () => {
  it.each([
    ['a==b', 'a', 'b', 'c'],
    ['a=b', 'a', 'b', 'c'],
    ['a==', 'a', '', 'c'],
    ['a==b==c', 'a', 'b==c', 'b'],
    ['a==~b', 'a', '~b', 'b'],
    ['a!=b', 'a', 'c', 'b'],
    ['a!=b=c', 'a', 'b', 'b=c'],
    ['a!==b', 'a!', 'b', 'c'],
    ['a=~b=c', 'a', 'xb=cx', 'bc'],
    ['a=~/b/', 'a', 'xbx', '/c/'],
    ['a=~', 'a', 'anything', undefined],
    ['a!~b', 'a', 'c', 'xbx'],
    ['a!~/^b$/', 'a', 'bb', 'b'],
    ['a=~(?i)B', 'a', 'xb', 'c'],
    ['a=~^r[[:digit:]]$', 'a', 'r9', 'rd'],
    ['a=~^[^[:alpha:]_]+$', 'a', '9.4', 'a_'],
    ['a!~[[:space:]]', 'a', 'xy', 'x y'],
    ['a=~\\Ab', 'a', 'bA', 'Ab'],
    ['a=~b\\z', 'a', 'xb', 'bz'],
    ['a=~\\\\A', 'a', 'x\\A', 'A'],
    ['a=~[:b:]', 'a', ':', 'c'],
    ['a b==c', 'a b', 'c', 'd'],
  ])('%s', (text, attribute, matching, other) => {
    const selection = parseSelection(text);
    expect(selection.attribute).toBe(attribute);
    expect(selection.matches(matching)).toBe(true);
    if (other !== undefined) expect(selection.matches(other)).toBe(false);
  });

  it.each(['', 'a', 'a=', 'a=b=c', 'a=~(', 'a!~[', 'a>b'])('is none: %j', (text) => {
    expect(() => parseSelection(text)).toThrow(/-w/);
  });

  it('never throws anything but an error that names it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, value) => {
        try {
          parseSelection(text).matches(value);
        } catch (error) {
          expect(error).toMatchObject({ code: 'selection', exitCode: 1 });
        }
      }),
    );
  });

  it('is not met by an attribute that cannot be, whatever the operator', () => {
    const selections = ['a==', 'a!=b', 'a=~', 'a!~b'].map((text) => [parseSelection(text)]);
    expect(selections.map((one) => passesAll(one, () => undefined))).toEqual([false, false, false, false]);
    expect(selections.map((one) => passesAll(one, () => ''))).toEqual([true, true, true, true]);
    expect(passesAll([], () => undefined)).toBe(true);
  });
});
