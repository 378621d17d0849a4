import { expect, test } from 'vitest';
import { choosePropagation, deviceName, readMounts } from '../../../src/system/propagation.ts';

const root = '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw';
const proc = '23 22 0:21 / /proc rw,nosuid - proc proc rw';

test('an ordinary root is made private', () => {
  expect(choosePropagation(readMounts(`${root}\n${proc}\n`), [], '254:0')).toBe('private');
});

test('in a plain chroot the mounts stay as they are when nothing is shared', () => {
  const outside = readMounts('22 1 254:0 / / rw - ext4 /dev/vda rw\n');
  expect(choosePropagation(readMounts(proc), outside, '254:0')).toBe('unchanged');
});

test('a plain chroot on a shared file system is refused with what to do', () => {
  expect(() => choosePropagation(readMounts(proc), readMounts(root), '254:0')).toThrow(
    'plain chroot on a shared',
  );
  expect(choosePropagation(readMounts(proc), readMounts(root), '8:1')).toBe('unchanged');
});

test('devices are named as mountinfo names them', () => {
  expect(deviceName(0xfe00)).toBe('254:0');
  expect(deviceName(0x801)).toBe('8:1');
  expect(deviceName(0x100001)).toBe('0:257');
});
