import { expect, it } from 'vitest';
import { listArgv, readArgv, unpackArgv } from '../../../src/media/archive.ts';

it('keeps odd names apart from options and patterns', () => {
  expect(listArgv('/i/a b.iso')).toEqual(['bsdtar', '-cf', '-', '--format=mtree', '@/i/a b.iso']);
  expect(readArgv('/i/x.iso', 'a[1]*')).toEqual(['bsdtar', '-xOf', '/i/x.iso', '--', 'a\\[1\\]\\*']);
  expect(unpackArgv('/i/x.iso', '/t').slice(1, 4)).toEqual(['-xvkf', '/i/x.iso', '--no-same-owner']);
  expect(unpackArgv('/i/x.iso', '/t')).toContain('--no-same-permissions');
});
