import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compareLists, xcatPasses } from '../../../../src/cli/parity/xcat-lists.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'rootimg-xcat-lists-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(files: Readonly<Record<string, string>>, tops = ['a']): Promise<string[][]> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return xcatPasses(tops.map((top) => join(folder, top)).join(','), { DIR: folder });
}

// What recorded runs of the original gave.
it.each([
  [
    { a: 'bash\n#ENV:IN=1#\nopenssl\n #ENV:IN=1#\n#ENV:A=1,B=2#\n' },
    [['#ENV:IN=1#', 'B=2#', 'bash', 'openssl']],
  ],
  [
    { a: '#INCLUDE:sub/b#\n', 'sub/b': 'openssl\n#INCLUDE:c#\n', 'sub/c': 'from-sub\n', c: 'from-top\n' },
    [['from-top', 'openssl']],
  ],
  [{ a: '#INCLUDE:${DIR}/b#\n', b: 'openssl\n' }, [['openssl']]],
  [{ a: 'x\n#INCLUDE:gone#\n#INCLUDE:a#\n' }, [['x']]],
])('%j', async (files, passes) => {
  expect(await read(files)).toEqual(passes);
});

it('the first passes of all files go together, then the second ones', async () => {
  const files = { a: 'bash\n#NEW_INSTALL_LIST#\nsecond\n', b: '#NEW_INSTALL_LIST#\nother\n' };
  expect(await read(files, ['a', 'b'])).toEqual([['bash'], ['other', 'second']]);
});

it('what only one of two readings has is told with its pass', () => {
  expect(compareLists('pkglist', [['a', 'b']], [['a'], ['c']])).toEqual([
    "pkglist, pass 1: only xCAT has 'b'",
    "pkglist, pass 2: only rootimg has 'c'",
  ]);
});
