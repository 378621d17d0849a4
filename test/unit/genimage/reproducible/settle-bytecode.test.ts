import { execFileSync } from 'node:child_process';
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withSourceTimeUpTo } from '../../../../src/genimage/reproducible/settle-bytecode.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const epoch = 1_700_000_000;

function header(magic: number, ...words: number[]): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt16LE(magic, 0);
  bytes.write('\r\n', 2);
  words.forEach((word, index) => bytes.writeUInt32LE(word, 4 + 4 * index));
  return bytes;
}

test.each([
  ['3.7 and newer, by time', header(3394, 0, epoch + 9, 5), header(3394, 0, epoch, 5)],
  ['3.7 and newer, no later', header(3394, 0, epoch, 5), undefined],
  ['3.7 and newer, by digest', header(3394, 3, 0xffffffff, 0xffffffff), undefined],
  ['3.6', header(3379, epoch + 9, 5), header(3379, epoch, 5)],
  ['2.7', header(62211, epoch + 9, 5), header(62211, epoch, 5)],
  ['no bytecode', Buffer.alloc(32, 0xff), undefined],
  ['nothing', Buffer.alloc(0), undefined],
])('bytecode of Python %s', (_, before, after) => {
  expect(withSourceTimeUpTo(before, epoch)).toEqual(after);
});

test("Python takes it for that of a source which has the image's time", async () => {
  const source = await folder.file('module.py', 'answer = 42\n');
  const python = (code: string) =>
    execFileSync('python3', ['-c', code], { cwd: folder.path, encoding: 'utf8' });
  const compiled = python("import py_compile; print(py_compile.compile('module.py'))").trim();
  const settled = withSourceTimeUpTo(readFileSync(join(folder.path, compiled)), epoch);
  await folder.file(compiled, settled ?? '');
  utimesSync(source, epoch, epoch);
  // A void one would be written anew.
  python('import module; assert module.answer == 42');
  expect(readFileSync(join(folder.path, compiled))).toEqual(settled);
});
