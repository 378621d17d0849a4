import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  fillGitrepo,
  maskVariables,
  unmaskVariables,
  variableIn,
} from '../../../src/definition/inventory-variables.ts';

it('masks nothing that it does not bring back', () => {
  const text = fc.string({ unit: fc.constantFrom('{', '}', '{{A}}', 'GITREPO', ' ', '\n', 'é') });
  fc.assert(fc.property(text, (one) => unmaskVariables(maskVariables(one)) === one));
});

it('fills in GITREPO alone, with the folder of the file', () => {
  expect(fillGitrepo('{{GITREPO}}/a,{{ GITREPO }}/b,{{X}}/$&', '/inv/f.yaml')).toBe('/inv/a,/inv/b,{{X}}/$&');
  expect(variableIn('/a/{{X}}/{{Y}}')).toBe('{{X}}');
  expect(variableIn('{X}')).toBeUndefined();
});
