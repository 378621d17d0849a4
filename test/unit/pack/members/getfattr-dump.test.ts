import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readDump, unescaped } from '../../../../src/pack/members/getfattr-dump.ts';

async function read(...pieces: string[]): Promise<[string, ...string[]][]> {
  const found: [string, ...string[]][] = [];
  const stream = Readable.from(pieces.map((piece) => Buffer.from(piece, 'latin1')));
  await readDump(stream, (path, lines) => void found.push([path, ...lines]));
  return found;
}

test('records come whole, wherever the pieces of the stream end', async () => {
  const whole = '# file: a\nuser.x=0x01\nuser.y\n\n# file: b c\nuser.x=0x02\n\n';
  const expected = [
    ['a', 'user.x=0x01', 'user.y'],
    ['b c', 'user.x=0x02'],
  ];
  for (let cut = 0; cut <= whole.length; cut++) {
    expect(await read(whole.slice(0, cut), whole.slice(cut))).toEqual(expected);
  }
  expect(await read(whole.trimEnd())).toEqual(expected);
  expect(await read()).toEqual([]);
});

test('signs that stand as three octal digits are those signs again', async () => {
  expect(unescaped('a\\012b\\075\\134012')).toBe('a\nb=\\012');
  expect(await read('# file: a\\012\\012b\nuser.x\n\n')).toEqual([['a\n\nb', 'user.x']]);
});
