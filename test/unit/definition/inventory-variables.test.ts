import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fillGitrepo, maskVariables, variableIn } from '../../../src/definition/inventory-variables.ts';

it('masks nothing that it does not bring back', () => {
  const text = fc.string({
    unit: fc.constantFrom('{', '}', '{{A}}', 'GITREPO', ' ', '\n', 'é', '\uE000', '\uE001', 'ue002'),
  });
  fc.assert(
    fc.property(text, (one) => {
      const masked = maskVariables(one);
      expect(masked.unmask(masked.text)).toBe(one);
      expect(masked.text.split('\n').length).toBe(one.split('\n').length);
    }),
  );
});

it.each(['\uE000', String.raw`\uE000`, String.raw`\U0000e000`])(
  'keeps %j of a text beside a name',
  (mark) => {
    const masked = maskVariables(`"${mark}A${mark}" {{B}}`);
    expect(masked.unmask('\uE000A\uE000')).toBe('\uE000A\uE000');
    expect(masked.text).not.toContain('{{');
  },
);

it('leaves a text that has every mark as it is', () => {
  const all = String.fromCharCode(...Array.from({ length: 0x1900 }, (_, index) => 0xe000 + index));
  expect(maskVariables(`${all}{{A}}`).text).toBe(`${all}{{A}}`);
});

it('fills in GITREPO alone, with the folder of the file', () => {
  expect(fillGitrepo('{{GITREPO}}/a,{{ GITREPO }}/b,{{X}}/$&', '/inv/f.yaml')).toBe('/inv/a,/inv/b,{{X}}/$&');
  expect(variableIn('/a/{{X}}/{{Y}}')).toBe('{{X}}');
  expect(variableIn('{X}')).toBeUndefined();
});
