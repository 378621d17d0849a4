import { expect, it } from 'vitest';
import { emptyRequest } from '../../../src/plan/empty-request.ts';
import { parseNodeArguments } from '../../../src/render/parse-arguments.ts';

it('reads values, switches and the name; an empty value is none', () => {
  const words = ['-a', 'x86_64', '--rootimgdir', '', '--onlyinitrd', 'compute'];
  const expected = { ...emptyRequest(), arch: 'x86_64', onlyinitrd: true, imageName: 'compute' };
  expect(parseNodeArguments(words)).toEqual(expected);
  expect(parseNodeArguments([])).toEqual(emptyRequest());
  expect(parseNodeArguments([''])).toEqual(emptyRequest());
});

it('two names are refused: a value with blanks was not quoted', () => {
  expect(() => parseNodeArguments(['a', 'b'])).toThrow('More than one image name: a b');
});
