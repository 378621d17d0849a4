import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contentSize, impliedFolder, namesByFolder } from '../../../../src/pack/members/override.ts';

const path = fc
  .array(fc.stringMatching(/^[a-c]{1,2}$/), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'));

it('every part of a path is found in its folder, from the root on', () => {
  fc.assert(
    fc.property(fc.array(path, { maxLength: 6 }), (paths) => {
      const names = namesByFolder(new Map(paths.map((one) => [one, impliedFolder(one)])));
      const reached = new Set<string>();
      const walk = (folder: string): void => {
        for (const name of names.get(folder) ?? []) {
          const below = folder === '.' ? name : `${folder}/${name}`;
          reached.add(below);
          walk(below);
        }
      };
      walk('.');
      const parts = paths.flatMap((one) =>
        one.split('/').map((_, at, all) => all.slice(0, at + 1).join('/')),
      );
      expect(reached).toEqual(new Set(parts));
    }),
  );
});

it.each([
  [{ target: '../a' }, 4],
  [{ content: Buffer.from('abc') }, 3],
  [{ content: { source: '/s', size: 9 } }, 9],
  [{}, 0],
])('%j has the size %i', (more, size) => {
  expect(contentSize({ ...impliedFolder('x'), ...more })).toBe(size);
});
