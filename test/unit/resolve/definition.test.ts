import { expect, it } from 'vitest';
import { attribute, originOf } from '../../../src/resolve/definition.ts';
import { definitionOf } from '../../lib/folder.ts';

it('an empty attribute is unset, 0 is a value', () => {
  const definition = definitionOf({ a: '', b: '0' });
  expect([attribute(definition, 'a'), attribute(definition, 'b'), attribute(definition, 'c')]).toEqual([
    undefined,
    '0',
    undefined,
  ]);
  expect(originOf(definition, 'b')).toEqual({ origin: { file: 'image.stanza', line: 4 } });
  expect(originOf(definition, 'c')).toEqual({});
});
