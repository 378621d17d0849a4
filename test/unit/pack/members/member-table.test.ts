import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memberTable, type MemberValues } from '../../../../src/pack/members/member-table.ts';
import { impliedFolder } from '../../../../src/pack/members/override.ts';

const values: fc.Arbitrary<MemberValues> = fc.record({
  mode: fc.nat({ max: 0o177777 }),
  uid: fc.nat(),
  gid: fc.nat(),
  size: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  mtime: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
  major: fc.nat(),
  minor: fc.nat(),
  link: fc.nat(),
  dev: fc.nat(),
  ino: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  ctime: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
  override: fc.constantFrom(undefined, impliedFolder('x')),
  stored: fc.option(fc.nat(), { nil: undefined }),
});
const name = fc.string({ unit: fc.nat({ max: 255 }).map((code) => String.fromCharCode(code)), minLength: 1 });
const member = fc.record({ folder: fc.constantFrom('', '.', 'usr', 'usr/lib'), name, values });
const pathOf = (folder: string, word: string) =>
  folder === '' || folder === '.' ? word : `${folder}/${word}`;

it('gives back what was added, names of any bytes too', () => {
  fc.assert(
    fc.property(fc.array(member, { maxLength: 30 }), fc.nat({ max: 35 }), (all, kept) => {
      const table = memberTable();
      for (const one of all) table.add(one.folder, one.name, one.values);
      const expected = all.map((one) => ({ ...one.values, path: pathOf(one.folder, one.name) }));
      expect([...table]).toEqual(expected);
      expect([...table.overridden()]).toEqual(expected.flatMap(({ override }, at) => (override ? [at] : [])));
      table.truncate(kept);
      expect([...table]).toEqual(expected.slice(0, kept));
      expect([...table.sparse()].every(([index]) => index < kept)).toBe(true);
      table.add('usr', 'new', { ...all[0]?.values, ...plain });
      expect(table.at(table.length - 1).path).toBe('usr/new');
      const again = memberTable(table.columns);
      again.add('usr/lib', 'last', plain);
      const { length } = table;
      expect([again.pathAt(length - 1), again.pathAt(length)]).toEqual(['usr/new', 'usr/lib/last']);
      expect(again.nameAt(length)).toBe('last');
    }),
  );
});

const plain: MemberValues = {
  ...{ mode: 0o100644, uid: 0, gid: 0, size: 1, mtime: 2, major: 0, minor: 0, link: 0 },
  override: undefined,
};

it('knows members beyond its first segment, however long their names', () => {
  const table = memberTable();
  for (let index = 0; index < 40_000; index++)
    table.add('d', `${index}-${'n'.repeat(index % 50)}`, { ...plain, mtime: index });
  for (const index of [0, 16_383, 16_384, 39_999]) {
    expect(table.pathAt(index)).toBe(`d/${index}-${'n'.repeat(index % 50)}`);
    expect([table.timeAt(index), table.modeAt(index), table.linkAt(index)]).toEqual([index, 0o100644, 0]);
  }
  for (const index of [-1, 40_000]) expect(() => table.at(index)).toThrow(RangeError);
});
