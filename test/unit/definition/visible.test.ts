import { expect, it } from 'vitest';
import type { DefinitionObject } from '../../../src/definition/object.ts';
import { selectableValue, visibleObject } from '../../../src/definition/visible.ts';

function object(type: 'osimage' | 'site', values: Readonly<Record<string, string>>): DefinitionObject {
  return { type, name: 'x', attributes: new Map(Object.entries(values)), origins: new Map() };
}

it('an osimage shows what its imagetype allows; the rest stays stored', () => {
  const stored = object('osimage', { imagetype: 'NIM', pkglist: '/x', osarch: 'x86_64' });
  expect([...visibleObject(stored).attributes.keys()]).toEqual(['imagetype', 'osarch']);
  expect(stored.attributes.has('pkglist')).toBe(true);
  expect(
    visibleObject(object('osimage', { imagetype: 'linux', pkglist: '/x' })).attributes.has('pkglist'),
  ).toBe(true);
});

it('the site shows its defaults, and its own values before them', () => {
  const defaults = visibleObject(object('site', {})).attributes;
  const [name = ''] = defaults.keys();
  expect(visibleObject(object('site', { [name]: 'own' })).attributes.get(name)).toBe('own');
});

it.each([
  ['objtype', 'osimage'],
  ['osarch', 'x86_64'],
  ['pkglist', ''],
  ['nosuch', undefined],
  ['imagename', undefined],
])('-w compares %s with %s', (attribute, value) => {
  expect(selectableValue(object('osimage', { osarch: 'x86_64' }), attribute)).toBe(value);
});

it('what the site does not have cannot be compared', () => {
  expect(selectableValue(object('site', { domain: 'x' }), 'domain')).toBe('x');
  expect(selectableValue(object('site', {}), 'domain')).toBeUndefined();
});
