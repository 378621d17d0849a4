import { expect, test } from 'vitest';
import { withNetworking } from '../../../../src/genimage/customise/network.ts';

test('networking is on, other settings stay', () => {
  expect(withNetworking('')).toBe('NETWORKING=yes\n');
  expect(withNetworking('NETWORKING=no\nHOSTNAME=a\n')).toBe('NETWORKING=yes\nHOSTNAME=a\n');
});
