import { expect, it } from 'vitest';
import { fileType } from '../../../../src/pack/members/mode.ts';
import { refuseWhiteout, whiteoutAt } from '../../../../src/pack/members/whiteout.ts';

it('is a character device 0, 0 that comes from no tree, and nothing else is', () => {
  const mark = { path: 'a/b', ...whiteoutAt('a/b') };
  expect(mark).toMatchObject({
    mode: fileType.character,
    major: 0,
    minor: 0,
    size: 0,
    override: { path: 'a/b' },
  });
  expect(() => refuseWhiteout(mark)).toThrow(/^a\/b in the image is a device 0, 0/);
  for (const other of [
    { major: 1 },
    { minor: 3 },
    { mode: fileType.block },
    { mode: fileType.regular | 0o644 },
  ])
    expect(() => refuseWhiteout({ ...mark, ...other })).not.toThrow();
});
