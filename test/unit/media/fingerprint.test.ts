import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { contentKey, fingerprintOf } from '../../../src/media/fingerprint.ts';
import type { MediumEntry } from '../../../src/media/medium.ts';

const entry = (path: string, type: MediumEntry['type'] = 'file', size = 1): MediumEntry => ({
  path,
  type,
  size,
  mtime: 1,
});

const medium = { path: '/m', kind: 'folder', entries: [entry('b'), entry('B'), entry('a/c')] } as const;

it('is the md5 of its sorted names, as xCAT writes it', () => {
  const expected = createHash('md5').update('../B./a/c./b').digest('hex');
  expect(fingerprintOf(medium)).toBe(expected);
});

it('goes on only with the very same disc', () => {
  const other = { ...medium, entries: [entry('b', 'file', 2), entry('B'), entry('a/c')] };
  expect(fingerprintOf(other)).toBe(fingerprintOf(medium));
  expect(contentKey(other)).not.toBe(contentKey(medium));
});
