import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { archiveFormat } from '../../../src/system/archive-format.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const made = (name: string) => join(folder.path, name);
const pack = (name: string, ...words: string[]) =>
  execFileSync('bsdtar', ['-cf', made(name), ...words, '-C', folder.path, 'tree'], { stdio: 'pipe' });

beforeEach(() => folder.file('tree/é/file', 'text'));

test.each([
  [['--format=ustar'], /tar/, 'none'],
  [['--format=pax', '--gzip'], /pax/, 'gzip'],
  [['--format=gnutar', '--zstd'], /tar/, 'zstd'],
  [['--format=newc'], /cpio/, 'none'],
  [['--format=zip'], /ZIP/, 'none'],
  [['--format=iso9660'], /ISO9660/, 'none'],
])('%j is known', async (words, format, compression) => {
  pack('archive', ...words);
  expect(await archiveFormat(made('archive'))).toEqual({
    format: expect.stringMatching(format),
    compression,
  });
});

test('what is no archive is none, nor is what is not there', async () => {
  await folder.file('text', 'no archive at all\n');
  await folder.file('empty');
  await folder.file('zeros', Buffer.alloc(4096));
  for (const name of ['text', 'nosuch', 'tree'])
    expect(await archiveFormat(made(name)), name).toBeUndefined();
});

test('a name that begins with a dash is a name', async () => {
  pack('-x', '--format=ustar');
  expect((await archiveFormat(made('-x')))?.compression).toBe('none');
});
