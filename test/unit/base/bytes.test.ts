import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toBinary, toPath, toShown, toText } from '../../../src/base/bytes.ts';

const bytes = fc.uint8Array({ maxLength: 40 }).map((all) => Buffer.from(all));

it('text comes back from its binary string', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => toText(toBinary(text)) === text));
});

it('a path is the same bytes for the file functions, whatever they are', () => {
  fc.assert(fc.property(bytes, (name) => Buffer.from(toPath(name.toString('latin1'))).equals(name)));
});

it('what is shown is one line without anything that a terminal obeys, and different for different names', () => {
  fc.assert(fc.property(bytes, (name) => !/[\x00-\x1f\x7f]/.test(toShown(name.toString('latin1')))));
  const shown = [Buffer.from('ä\n'), Buffer.from([0xe4, 0x0a]), Buffer.from([0x1b])].map((name) =>
    toShown(name.toString('latin1')),
  );
  expect(shown).toEqual(['ä\\n', '\\xe4\\n', '\\x1b']);
});
