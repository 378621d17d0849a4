import { describe, expect, it } from 'vitest';
import { checkConditions, checkObject, type WantedObject } from '../../../src/definition/check.ts';

function wanted(
  type: string | undefined,
  name: string,
  values: Readonly<Record<string, string>> = {},
): WantedObject {
  const attributes = Object.entries(values).map(
    ([key, value], index) => [key, { value, origin: { file: 'x.stanza', line: index + 3 } }] as const,
  );
  return { type, name, origin: { file: 'x.stanza', line: 1 }, attributes: new Map(attributes) };
}

const found = (object: WantedObject) => checkObject(object).map(({ code, origin }) => [code, origin?.line]);

describe('checkObject', () => {
  it('takes an osimage, the site, and an attribute that is to be taken away', () => {
    expect(found(wanted('osimage', 'compute', { osarch: 'x86_64', pkglist: '' }))).toEqual([]);
    expect(found(wanted('site', 'clustersite', { anything: 'x' }))).toEqual([]);
  });

  it.each([
    ['no type', wanted(undefined, 'a'), 'type-missing'],
    ['an empty type', wanted('', 'a'), 'type-missing'],
    ['a type of xCAT that is not kept here', wanted('node', 'a'), 'type-foreign'],
    ['a type that nobody knows', wanted('osimages', 'a'), 'type-unknown'],
    ['another site', wanted('site', 'mysite'), 'name'],
    ['a name that leads elsewhere', wanted('osimage', '../a'), 'name'],
  ])('refuses %s', (_, object, code) => {
    expect(found(object)).toEqual([[code, 1]]);
  });

  it('names each attribute with its own line', () => {
    const object = wanted('osimage', 'a', { osarch: 'x86_64', nosuch: 'x', profile: 'two\nlines' });
    expect(found(object)).toEqual([
      ['attribute-unknown', 4],
      ['attribute-value', 5],
    ]);
  });
});

describe('checkConditions', () => {
  const codes = (values: Record<string, string>, current: Record<string, string> = {}) =>
    checkConditions(wanted('osimage', 'a', values), new Map(Object.entries(current))).map(({ code }) => code);

  it('an attribute fits the imagetype that is set, or the one that is there', () => {
    expect(codes({ pkglist: '/x', imagetype: 'linux' })).toEqual([]);
    expect(codes({ pkglist: '/x' }, { imagetype: 'linux' })).toEqual([]);
  });

  it('else it says which one it needs', () => {
    const [problem] = checkConditions(wanted('osimage', 'a', { pkglist: '/x', imagetype: 'NIM' }));
    expect(problem?.message).toMatch(/^Cannot set 'pkglist' of 'a' unless imagetype is .*linux/);
    expect(problem?.origin?.line).toBe(3);
  });

  it('the site has no conditions', () => {
    expect(checkConditions(wanted('site', 'clustersite', { pkglist: 'x' }))).toEqual([]);
  });
});
