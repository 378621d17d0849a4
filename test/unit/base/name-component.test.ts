import { basename, join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { componentFault, nameComponent } from '../../../src/base/name-component.ts';

it('a word that passes is one name within a folder', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (word) => {
      if (componentFault(word) !== undefined) return;
      expect(join('/base', word)).toBe(`/base/${word}`);
      expect(basename(join('/base', word))).toBe(word);
      expect(Buffer.from(word).toString()).toBe(word);
    }),
  );
});

it.each([
  ['', 'empty'],
  ['..', 'begins with "."'],
  ['.hidden', 'begins with "."'],
  ['-rf', 'begins with "-"'],
  ['a/b', 'contains "/"'],
  ['a\nb', 'contains "\\n"'],
  ['a\0', 'contains'],
  ['\ud800', 'contains'],
  ['é'.repeat(101), 'longer than 200 bytes'],
])('%j: %s', (word, fault) => {
  expect(componentFault(word)).toContain(fault);
});

it('the error names what it was and cuts a long word off', () => {
  expect(nameComponent('x86_64', 'arch')).toBe('x86_64');
  expect(() => nameComponent('../x', 'arch of /m.iso')).toThrow(
    `arch of /m.iso '../x' cannot be part of a path: it contains "/".`,
  );
  expect(() => nameComponent('a'.repeat(5000), 'arch')).toThrow(/^.{1,200}$/);
});
