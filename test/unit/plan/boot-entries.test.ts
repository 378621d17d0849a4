import { expect, it } from 'vitest';
import { bootEntriesText, parseBootEntries } from '../../../src/plan/boot-entries.ts';

it('reads back what it wrote; no record is no entry', () => {
  const entries = [{ file: '/tftp/a.ipxe', generation: 3 }];
  expect(parseBootEntries(bootEntriesText(entries), 'p')).toEqual(entries);
  expect(parseBootEntries(undefined, 'p')).toEqual([]);
});

it.each([
  '',
  'no json',
  '{}',
  '{"version":2,"entries":[]}',
  '{"version":1,"entries":[{"file":"a","generation":1.5}]}',
])('a record that says %j is an error, because a generation could be removed that nodes boot', (text) => {
  expect(() => parseBootEntries(text, '/r/boot-entries.json')).toThrow('/r/boot-entries.json cannot be read');
});
