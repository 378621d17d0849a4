import { expect, it } from 'vitest';
import { type ImageFacts, otherwise, reasonFor } from '../../../../src/cli/parity/otherwise.ts';

const plain: ImageFacts = { attributes: new Map(), exlist: '', synclists: '', hasRootPassword: true };
const told = (facts: Partial<ImageFacts>) => otherwise({ ...plain, ...facts }).map(({ what }) => what);
const extra = (facts: Partial<ImageFacts>) => told(facts).filter((one) => !told({}).includes(one));

it.each<[Partial<ImageFacts>, RegExp]>([
  [{ hasRootPassword: false }, /^root of the image is locked/],
  [{ attributes: new Map([['netdrivers', 'igb']]) }, /^each driver/],
  [{ attributes: new Map([['otherpkgdir', '/a,/b']]) }, /^several folders/],
  [{ synclists: '/a -> /b\nAPPEND:\n/c -> /d\n' }, /^APPEND/],
  [{ exlist: './a \n' }, /^lines of the exlist/],
  [{ exlist: "./it's\n" }, /^lines of the exlist/],
])('%j', (facts, what) => {
  expect(extra(facts)).toEqual([expect.stringMatching(what)]);
});

it('comments of an exlist and one folder with a server are nothing', () => {
  expect(extra({ exlist: "# it's \n./a\n", attributes: new Map([['otherpkgdir', '/a,http://b']]) })).toEqual(
    [],
  );
  expect(told({ attributes: new Map([['kernelver', '5']]) })).not.toContain(told({})[2]);
});

it('an option that differs for a known reason has it, others have none', () => {
  expect(reasonFor({ option: '--gpgkeys', xcat: undefined, here: '/k' })).toBe('keys of config.yaml');
  expect(reasonFor({ option: '-l', xcat: undefined, here: '0' })).toBe('xCAT drops a value of 0');
  expect(reasonFor({ option: '--pkglist', xcat: '/a,', here: '/a' })).toMatch(/^the same list/);
  expect(reasonFor({ option: '-k', xcat: '1', here: '2' })).toBeUndefined();
});
