import { lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { copyFolder, openFolder } from '../../../src/media/folder.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const at = (name: string) => join(folder.path, name);

beforeEach(async () => {
  await utimes(await folder.file('disc/a/file', 'text'), 5, 5);
  await folder.folder('disc/empty');
  await symlink('a/file', at('disc/link'));
});

it('openFolder lists all that a medium has, folders before what is in them', async () => {
  const { entries } = await openFolder(at('disc'));
  expect(entries).toMatchObject([
    { path: 'a', type: 'folder', size: 0 },
    { path: 'a/file', type: 'file', size: 4, mtime: 5 },
    { path: 'empty', type: 'folder' },
    { path: 'link', type: 'link', target: 'a/file' },
  ]);
});

it('copyFolder copies what is not there, with its time, and leaves what is', async () => {
  await folder.file('to/kept', 'own');
  await folder.file('disc/kept', 'of the disc');
  const members: string[] = [];
  await copyFolder(await openFolder(at('disc')), at('to'), (one) => members.push(one));
  expect(readFileSync(at('to/a/file'), 'utf8')).toBe('text');
  expect(statSync(at('to/a/file')).mtimeMs).toBe(5000);
  expect(readlinkSync(at('to/link'))).toBe('a/file');
  expect(lstatSync(at('to/empty')).isDirectory()).toBe(true);
  expect(readFileSync(at('to/kept'), 'utf8')).toBe('own');
  expect(members).toEqual(['a', 'a/file', 'empty', 'kept', 'link']);
});
