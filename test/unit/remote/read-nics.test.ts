import { expect, test } from 'vitest';
import { nicLines } from '../../../src/remote/read-nics.ts';
import { readNics } from '../../../src/inspect/modules/nics.ts';

test('network cards alone, in the form that rootimg check reads; a profile that greets us is passed over', () => {
  const lines = nicLines([
    'Welcome to n01',
    '0000:00:00.0 0x060000 0x8086 0x1237',
    '0000:02:00.0 0x020000 0x14e4 0x165f',
    '10000:e1:00.1 0x020700 0x15b3 0x1017',
    '0000:02:00.0 0x020000 0x14e4 0x165f; rm',
    '\u001b[2J0000:02:00.0 0x020000 0x14e4 0x165f',
  ]);
  expect(lines).toEqual(['0000:02:00.0 0200: 14e4:165f', '10000:e1:00.1 0207: 15b3:1017']);
  expect(readNics(lines.map((line) => `n01: ${line}`).join('\n')).map(({ node }) => node)).toEqual([
    'n01',
    'n01',
  ]);
});
