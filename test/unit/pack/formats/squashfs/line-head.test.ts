import { expect, test } from 'vitest';
import { readLineHead } from '../../../../../src/pack/formats/squashfs/line-head.ts';

const time = '2026-11-30 03:29 ';

test.each([
  [
    'a file',
    `-rwsr-x--T 0/65534              4096 ${time}`,
    { mode: 0o105750, uid: 0, gid: 65534, size: 4096 },
  ],
  ['a folder', `drwxrwxrwt 1000/7                 57 ${time}`, { mode: 0o41777, uid: 1000, gid: 7 }],
  ['a link', `lrwxrwxrwx 0/0                  11 ${time}`, { mode: 0o120777, uid: 0, gid: 0, size: 11 }],
  ['a device', `crw-rw-rw- 0/5             1,  3 ${time}`, { mode: 0o20666, uid: 0, gid: 5 }],
  ['an odd device', `brw-rw-rw- 0/5             -1, 3 ${time}`, { mode: 0o60666, uid: 0, gid: 5 }],
  ['a late time', `prw------- 0/0                 0 12026-11-30 03:29 `, { mode: 0o10600, uid: 0, gid: 0 }],
])('what stands before the name of %s', (_, line, expected) => {
  const head = readLineHead(`before\n${line}squashfs-root/x\n`, 'before\n'.length);
  expect(head).toEqual({ size: undefined, ...expected, end: 'before\n'.length + line.length });
});

test.each(['', '-rw-r--r-- 0/0', `-rw-r--r-- 0:0     4 ${time}`, `?rw-r--r-- 0/0     4 ${time}`])(
  'no line begins with %j',
  (text) => expect(readLineHead(text, 0)).toBeUndefined(),
);
