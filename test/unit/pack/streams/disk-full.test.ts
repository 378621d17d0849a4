import { expect, test } from 'vitest';
import { diskFull, isDiskFull, saysDiskFull } from '../../../../src/pack/streams/disk-full.ts';

test('a full disk and a quota that is used up are one, and the way out is told', () => {
  const failed = (code: string) => Object.assign(new Error('write'), { code });
  expect(['ENOSPC', 'EDQUOT', 'EIO'].map((code) => isDiskFull(failed(code)))).toEqual([true, true, false]);
  expect(isDiskFull(undefined)).toBe(false);
  expect(saysDiskFull('gzip: stdout: No space left on device')).toBe(true);
  expect(saysDiskFull('gzip: stdout: Disk quota exceeded')).toBe(true);
  expect(saysDiskFull('gzip: stdout: Input/output error')).toBe(false);
  expect(diskFull('/f', { details: ['more'] })).toMatchObject({
    message: 'There is no space left in /f.',
    hint: expect.stringContaining('packimage.generations'),
    details: ['more'],
  });
});
