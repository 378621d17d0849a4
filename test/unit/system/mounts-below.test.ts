import { expect, it } from 'vitest';
import { findMountsBelow, mountsBelow } from '../../../src/system/mounts-below.ts';

const line = (point: string) => `36 35 98:0 / ${point} rw,noatime master:1 - ext3 /dev/root rw`;

it('gives what is mounted at or below a folder, names with blanks too, and no sister of a like name', () => {
  const info = ['/a', '/a/b', '/ab', '/a/x\\040y', '/', '/a/tab\\011'].map(line).join('\n');
  expect(mountsBelow(`${info}\n`, '/a')).toEqual(['/a', '/a/b', '/a/x y', '/a/tab\t']);
});

it('nothing is mounted below what is not there', async () => {
  expect(await findMountsBelow('/no/such/folder')).toEqual([]);
  expect(await findMountsBelow('/proc')).toContain('/proc');
});
