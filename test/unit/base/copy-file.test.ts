import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copyFolder, copyWhole, copyWholeSync } from '../../../src/base/copy-file.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const at = (name: string) => join(folder.path, name);

/** Says that it is longer than what it gives, as a file that was cut off on a server does. */
const shorterThanItSays = '/sys/kernel/uevent_seqnum';

describe.each([
  ['copyWhole', copyWhole],
  ['copyWholeSync', async (...words: Parameters<typeof copyWholeSync>) => copyWholeSync(...words)],
])('%s', (_, copy) => {
  test.each([0, 5, 3 * 1024 * 1024 + 1])('%i bytes, with the mode', async (size) => {
    writeFileSync(at('from'), Buffer.alloc(size, 'abc'));
    chmodSync(at('from'), 0o4751);
    await copy(at('from'), at('to'));
    expect(readFileSync(at('to')).equals(readFileSync(at('from')))).toBe(true);
    expect(statSync(at('to')).mode & 0o7777).toBe(0o4751);
  });

  test('what is there is overwritten in its place; not where it must be new', async () => {
    writeFileSync(at('from'), 'new');
    writeFileSync(at('to'), 'much older');
    linkSync(at('to'), at('link'));
    await expect(copy(at('from'), at('to'), { exclusive: true })).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(at('to'), 'utf8')).toBe('much older');
    await copy(at('from'), at('to'));
    expect(readFileSync(at('link'), 'utf8')).toBe('new');
  });

  test('onto itself: it stays', async () => {
    writeFileSync(at('from'), 'text');
    linkSync(at('from'), at('link'));
    await copy(at('from'), at('link'));
    expect(readFileSync(at('from'), 'utf8')).toBe('text');
  });

  test('a source that ends before its size says is an error, and leaves nothing', async () => {
    await expect(copy(shorterThanItSays, at('to'))).rejects.toThrow(/ends after \d+ of 4096 bytes/);
    expect(existsSync(at('to'))).toBe(false);
  });

  test('a source that is not there', async () => {
    await expect(copy(at('nowhere'), at('to'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(existsSync(at('to'))).toBe(false);
  });
});

test('copyFolder: all that is below, with the times of files', async () => {
  mkdirSync(at('a/b'), { recursive: true });
  writeFileSync(at('a/one'), '1');
  writeFileSync(at('a/b/two'), '2');
  utimesSync(at('a/b/two'), 5, 6);
  symlinkSync('nowhere', at('a/link'));
  await copyFolder(at('a'), at('new/c'));
  expect(statSync(at('new/c/b/two')).mtimeMs).toBe(6000);
  expect(execFileSync('diff', ['-r', '--no-dereference', at('a'), at('new/c')], { encoding: 'utf8' })).toBe(
    '',
  );
});
