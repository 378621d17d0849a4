import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkReadable } from '../../../src/resolve/check-files.ts';
import { definitionOf, useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const check = (value: string, firstWord = false) =>
  checkReadable(definitionOf({ exlist: value }), 'exlist', folder.path, firstWord);

it('all files of a list are looked at, relative ones from where the command runs', async () => {
  await folder.file('a');
  await mkdir(join(folder.path, 'folder'));
  expect(await check('a,./a')).toEqual([]);
  expect(await check('')).toEqual([]);
  const problems = await check('a,none,folder');
  expect(problems.map(({ message }) => message)).toEqual([
    `The exlist '${folder.path}/none' cannot be read: it does not exist.`,
    `The exlist '${folder.path}/folder' cannot be read: it is a folder.`,
  ]);
  expect(problems[0]?.origin).toEqual({ file: 'image.stanza', line: 3 });
});

it('a gap in a list is told, and arguments belong to no path', async () => {
  await folder.file('a');
  expect(await check('a,,a')).toHaveLength(1);
  expect(await check('a --option', true)).toEqual([]);
  expect(await check('a --option')).toHaveLength(1);
});

describe.skipIf(process.geteuid?.() === 0)('as another user than root', () => {
  it('a file that may not be read is told', async () => {
    await chmod(await folder.file('secret'), 0o000);
    expect((await check('secret'))[0]?.message).toContain('permission denied');
  });
});
