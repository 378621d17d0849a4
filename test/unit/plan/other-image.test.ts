import { expect, it } from 'vitest';
import { otherImage, otherImageProblem } from '../../../src/plan/other-image.ts';

const of = (name: string) => ({ schema: 1 as const, image: { name, osvers: 'o', arch: 'a', profile: 'p' } });

it('another name is another image, the statelite one of a pair is not', () => {
  expect(otherImage(of('a'), 'b')).toBe('a');
  expect(otherImage(of('a'), 'a')).toBeUndefined();
  expect(otherImage(of('r9-x86_64-statelite-c'), 'r9-x86_64-netboot-c')).toBeUndefined();
  expect(otherImage(undefined, 'b')).toBeUndefined();
});

it('says what nodes would get, and how to go on', () => {
  const { message, hint } = otherImageProblem('/f', 'a', 'b', 'packimage');
  expect(message).toBe("The image in /f is 'a', not 'b': nodes of 'a' would get 'b'.");
  expect(hint).toContain('packimage --force b');
});
