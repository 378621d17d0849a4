import fc from 'fast-check';
import { expect, it } from 'vitest';
import { extentBytes, type Extents, sparseMap, wholeBlocks } from '../../../../src/pack/members/extents.ts';

/** Extents in order, without overlapping, in a file that ends somewhere behind them. */
const file = fc
  .tuple(
    fc.array(fc.tuple(fc.nat({ max: 3000 }), fc.nat({ max: 3000 })), { maxLength: 6 }),
    fc.nat({ max: 3000 }),
  )
  .map(([pieces, rest]) => {
    let at = 0;
    const extents: Extents = pieces.map(([hole, length]) => {
      const offset = at + hole;
      at = offset + length;
      return { offset, length };
    });
    return { extents, size: at + rest };
  });

const covers = (extents: Extents, at: number) =>
  extents.some(({ offset, length }) => at >= offset && at < offset + length);

it('grown extents hold all bytes, begin and end at blocks, keep apart and stay in the file', () => {
  fc.assert(
    fc.property(file, ({ extents, size }) => {
      const grown = wholeBlocks(extents, size);
      for (const { offset, length } of extents) {
        if (length > 0)
          expect([covers(grown, offset), covers(grown, offset + length - 1)]).toEqual([true, true]);
      }
      let before = -1;
      for (const { offset, length } of grown) {
        expect(offset % 512).toBe(0);
        expect((offset + length) % 512 === 0 || offset + length === size).toBe(true);
        expect(offset).toBeGreaterThan(before);
        before = offset + length;
      }
      expect(extentBytes(grown)).toBeGreaterThanOrEqual(extentBytes(extents));
      expect(wholeBlocks(grown, size)).toEqual(grown);
    }),
  );
});

it('the map of a sparse file fills blocks and says where the file ends', () => {
  fc.assert(
    fc.property(file, ({ extents, size }) => {
      const map = sparseMap(extents, size);
      expect(map.length % 512).toBe(0);
      const [count, ...numbers] = map.replace(/\0+$/, '').trimEnd().split('\n').map(Number);
      expect(numbers).toHaveLength(2 * (count ?? 0));
      expect((numbers.at(-2) ?? 0) + (numbers.at(-1) ?? 0)).toBe(size);
    }),
  );
});
