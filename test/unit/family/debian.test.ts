import { expect, test } from 'vitest';
import { debian } from '../../../src/family/debian.ts';

test.each([
  ['apt', true],
  ['dpkg.log', true],
  ['alternatives.log', true],
  ['bootstrap.log', true],
  ['chrony', false],
  ['wtmp', false],
])('the log %s is of the packages alone: %s', (name, expected) => {
  expect(debian.filling?.leftovers.logs.test(name)).toBe(expected);
});

test('repositories of an image are its own', () => {
  const { ofDistribution, withInternetDisabled } = debian.filling?.repositories ?? {};
  expect(ofDistribution?.test('base-files')).toBe(false);
  expect(withInternetDisabled?.('Types: deb\n')).toBe('Types: deb\n');
});
