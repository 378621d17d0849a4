import { expect, it } from 'vitest';
import { aclText } from '../../../../../src/pack/formats/tar/posix-acl.ts';

/** As the kernel keeps it: version, then tag, permissions and id of each entry. */
function attribute(...entries: [tag: number, permissions: number, id: number][]): string {
  const bytes = Buffer.alloc(4 + 8 * entries.length);
  bytes.writeUInt32LE(2);
  entries.forEach(([tag, permissions, id], index) => {
    bytes.writeUInt16LE(tag, 4 + 8 * index);
    bytes.writeUInt16LE(permissions, 6 + 8 * index);
    bytes.writeUInt32LE(id, 8 + 8 * index);
  });
  return bytes.toString('latin1');
}

it('is written as setfacl reads it, with numbers for owners', () => {
  const value = attribute(
    [1, 7, 0xffffffff],
    [2, 5, 7],
    [4, 4, 0xffffffff],
    [8, 1, 4294967294],
    [16, 7, 0],
    [32, 0, 0],
  );
  expect(aclText(value)).toBe('user::rwx,user:7:r-x,group::r--,group:4294967294:--x,mask::rwx,other::---');
});

it.each(['', '\x02\0\0', '\x03\0\0\0', `${attribute([1, 7, 0])}x`])('%j is of an unknown form', (value) => {
  expect(() => aclText(value)).toThrow('unknown form');
});
