import { expect, it } from 'vitest';
import { bundleRecordText, differing, parseBundleRecord } from '../../../src/bundle/bundle-record.ts';

it('names what is not as it says, not there, or not in it', () => {
  const one = (sha256: string, size = 1) => ({ sha256, size });
  const record = {
    schema: 1 as const,
    files: { same: one('a'), other: one('b'), size: one('c'), gone: one('d') },
  };
  expect(parseBundleRecord(bundleRecordText(record))).toEqual(record);
  const found = new Map(
    Object.entries({
      same: one('a'),
      other: one('x'),
      size: one('c', 2),
      constructor: one('e'),
      'rootimg.json': one('f'),
    }),
  );
  expect(differing(record, found).sort()).toEqual(['constructor', 'gone', 'other', 'size']);
});

it.each(['', '{}', '{"schema":2,"files":{}}', '[]'])('is none of ours: %s', (text) => {
  expect(() => parseBundleRecord(text)).toThrow(/another form/);
});
