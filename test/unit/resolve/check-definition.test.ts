import { expect, it } from 'vitest';
import { checkNeededAttributes, checkProvmethod } from '../../../src/resolve/check-definition.ts';
import { definitionOf } from '../../lib/folder.ts';

const whole = { osvers: 'rocky9.4', osarch: 'x86_64', profile: 'compute', provmethod: 'netboot' };

it('all unset attributes are named in one problem, an empty one is unset', () => {
  expect(checkNeededAttributes('i', definitionOf(whole))).toEqual([]);
  const [problem, ...more] = checkNeededAttributes('i', definitionOf({ osarch: 'x86_64', profile: '' }));
  expect(problem?.message).toBe("Image 'i' has no osvers, profile, provmethod.");
  expect(more).toEqual([]);
});

it('a word that is no name of a folder is told with its line, besides what is unset', () => {
  const problems = checkNeededAttributes('i', definitionOf({ profile: '../x', osvers: 'a/b' }));
  expect(problems.map(({ code, origin }) => [code, origin?.line])).toEqual([
    ['attribute-missing', undefined],
    ['name', 4],
    ['name', 3],
  ]);
});

it('provmethod must fit the command; whether it is set is asked elsewhere', () => {
  expect(checkProvmethod('i', definitionOf({}), ['netboot'])).toEqual([]);
  expect(checkProvmethod('i', definitionOf(whole), ['netboot', 'statelite'])).toEqual([]);
  const [problem] = checkProvmethod('i', definitionOf({ provmethod: 'install' }), ['netboot', 'statelite']);
  expect(problem?.message).toBe("Image 'i' has provmethod=install; netboot or statelite is needed here.");
  expect(problem?.origin).toEqual({ file: 'image.stanza', line: 3 });
});
