import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChange, type ChangeMode } from '../../../src/definition/change.ts';

function changed(old: string | undefined, value: string, mode: ChangeMode): string | undefined {
  const current = new Map(old === undefined ? [] : [['x', old]]);
  const { attributes, problems } = applyChange('a', current, new Map([['x', value]]), mode);
  return problems.length > 0 ? 'problem' : attributes.get('x');
}

describe('a change', () => {
  it.each<[string | undefined, string, ChangeMode, string | undefined]>([
    ['a', 'b', 'set', 'b'],
    ['a', '', 'set', undefined],
    [undefined, '', 'set', undefined],
    ['a,b', 'c,a', 'plus', 'a,b,c'],
    ['a,', 'b', 'plus', 'a,b'],
    ['a,,b', 'c', 'plus', 'a,,b,c'],
    ['a.c', 'abc', 'plus', 'a.c,abc'],
    [undefined, 'a,a', 'plus', 'a,a'],
    ['a,b,a', 'a', 'minus', 'b'],
    ['a', 'a', 'minus', undefined],
    ['a,b', '', 'minus', 'a,b'],
    ['abc', 'a.c', 'minus', 'problem'],
    ['a', 'a,b', 'minus', 'problem'],
    [undefined, 'a', 'minus', 'problem'],
  ])('of %j by %j with %s gives %j', (old, value, mode, expected) => {
    expect(changed(old, value, mode)).toBe(expected);
  });

  it('by minus undoes plus of new elements', () => {
    const element = fc.stringMatching(/^[^,]{1,5}$/);
    fc.assert(
      fc.property(fc.uniqueArray(element, { minLength: 2, maxLength: 8 }), fc.nat(), (elements, cut) => {
        const at = 1 + (cut % (elements.length - 1));
        const old = elements.slice(0, at).join(',');
        const added = elements.slice(at).join(',');
        expect(changed(changed(old, added, 'plus'), added, 'minus')).toBe(old);
      }),
    );
  });

  it('does what can be done and counts it', () => {
    const current = new Map([
      ['x', 'a,b'],
      ['y', 'c'],
    ]);
    const change = applyChange(
      'n',
      current,
      new Map([
        ['x', 'a'],
        ['y', 'd'],
      ]),
      'minus',
    );
    expect(change.attributes).toEqual(
      new Map([
        ['x', 'b'],
        ['y', 'c'],
      ]),
    );
    expect([change.applied, change.problems.length]).toEqual([1, 1]);
  });
});
