import { describe, expect, it } from 'vitest';
import { formatObjects, type ListFormat } from '../../../src/definition/format.ts';
import type { DefinitionObject } from '../../../src/definition/object.ts';

function object(
  type: 'osimage' | 'site',
  name: string,
  values: Readonly<Record<string, string>>,
): DefinitionObject {
  return { type, name, attributes: new Map(Object.entries(values)), origins: new Map() };
}

const image = object('osimage', 'a', { profile: 'compute', osarch: 'x86_64' });
const site = object('site', 'clustersite', { domain: 'x' });
const plain: ListFormat = { long: true, stanza: false, compact: false, severalTypes: false };
const lines = (format: Partial<ListFormat>, ...objects: DefinitionObject[]) =>
  formatObjects(objects, { ...plain, ...format })
    .split('\n')
    .slice(0, -1);

describe('formatObjects', () => {
  it.each<[string, Partial<ListFormat>, string[]]>([
    ['long', {}, ['Object name: a', '    osarch=x86_64', '    profile=compute']],
    [
      'of several types',
      { severalTypes: true },
      ['Object name: a  (osimage)', '    osarch=x86_64', '    profile=compute'],
    ],
    ['compact', { compact: true }, ['a: osarch=x86_64', 'a: profile=compute']],
    ['as names', { long: false }, ['a  (osimage)']],
    [
      'chosen attributes, unset ones too',
      { only: ['profile', 'pkglist', 'nosuch', 'profile'] },
      [...['Object name: a', '    pkglist=', '    profile=compute']],
    ],
  ])('%s', (_, format, expected) => {
    expect(lines(format, image)).toEqual(expected);
  });

  it('a stanza file begins with its header', () => {
    const [header, ...rest] = lines({ stanza: true }, image);
    expect(header).toMatch(/^#/);
    expect(rest).toEqual(['', 'a:', '    objtype=osimage', '    osarch=x86_64', '    profile=compute']);
  });

  it('an attribute that the site does not have is not shown as unset', () => {
    expect(lines({ only: ['domain', 'master'] }, site)).toEqual(['Object name: clustersite', '    domain=x']);
  });

  it('nothing is nothing', () => {
    expect(lines({})).toEqual([]);
  });
});
