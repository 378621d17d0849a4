import { expect, it } from 'vitest';
import { isMarker } from '../../../src/media/markers.ts';

it('reads only the files that say what a medium is', () => {
  const read = ['.discinfo', 'media.12/products', 'content', '.disk/info'];
  const not = ['a/.discinfo', 'contents', 'media.1/build', 'Xdisk/info'];
  expect(read.every(isMarker)).toBe(true);
  expect(not.some(isMarker)).toBe(false);
});
