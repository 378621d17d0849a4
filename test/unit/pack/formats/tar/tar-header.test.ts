import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  paxRecord,
  paxRecords,
  tarHeader,
  type TarHeader,
} from '../../../../../src/pack/formats/tar/tar-header.ts';

const small: TarHeader = {
  ...{
    name: 'a',
    type: '0',
    mode: 0o100644,
    uid: 1,
    gid: 2,
    size: 3,
    mtime: 4,
    linkName: '',
    major: 0,
    minor: 0,
  },
};

it('a record counts its own length, over every change of digits', () => {
  fc.assert(
    fc.property(fc.nat({ max: 12_000 }), (length) => {
      const record = paxRecord('path', 'x'.repeat(length));
      expect(Number(record.split(' ')[0])).toBe(record.length);
      expect(record.endsWith('\n')).toBe(true);
    }),
  );
});

it('a header is one block whose sum is right', () => {
  const header = fc.record({
    name: fc.string({ maxLength: 150, unit: fc.nat({ max: 255 }).map((code) => String.fromCharCode(code)) }),
    uid: fc.nat(),
    size: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    mtime: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
  });
  fc.assert(
    fc.property(header, (changes) => {
      const text = tarHeader({ ...small, ...changes });
      expect(text).toHaveLength(512);
      const blank = `${text.slice(0, 148)}${' '.repeat(8)}${text.slice(156)}`;
      const sum = [...blank].reduce((all, char) => all + char.charCodeAt(0), 0);
      expect(parseInt(text.slice(148, 154), 8)).toBe(sum);
    }),
  );
});

it('records say only what the header cannot', () => {
  expect(paxRecords(small, [])).toBe('');
  const large = { ...small, name: 'n'.repeat(101), uid: 0o10000000, size: 2 ** 33, mtime: -1 };
  const keys = paxRecords(large, []).match(/(?<=^\d+ )\w+/gm);
  expect(keys).toEqual(['path', 'size', 'uid', 'mtime']);
});

it('names that are no UTF-8 are said to be bytes, first of all', () => {
  expect(paxRecords({ ...small, name: '\xe4'.repeat(101) }, [])).toMatch(/^\d+ hdrcharset=BINARY\n/);
  expect(paxRecords({ ...small, name: '\xc3\xa4'.repeat(51) }, [])).not.toContain('hdrcharset');
  expect(paxRecords(small, [['GNU.sparse.name', '\xff']])).toContain('hdrcharset=BINARY');
});
