import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemErrorWords } from '../../../src/base/system-error.ts';
import { writeFile } from '../../../src/base/write-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rootimg-words-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const wordsOf = (work: Promise<unknown>) => work.then(String, systemErrorWords);

test('a failure of the system is told by operation and path', async () => {
  expect(await wordsOf(writeFile('/dev/full', 'x'))).toBe('Cannot write /dev/full: its file system is full.');
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(await wordsOf(writeFile(join(file, 'below'), ''))).toMatch(
    /^Cannot open .*\/file\/below: it, or a part/,
  );
  expect(await wordsOf(readFile(folder))).toMatch(/^Cannot read.*: it is a folder\.$/);
  expect(await wordsOf(rename(join(folder, 'a'), join(folder, 'b')))).toBe(
    `Cannot rename ${folder}/a to ${folder}/b: it does not exist.`,
  );
});

test('our own bugs are none of it', () => {
  expect(systemErrorWords(new TypeError('x is not a function'))).toBeUndefined();
  const invalid = Object.assign(new Error('EINVAL'), { code: 'EINVAL', syscall: 'read' });
  expect(systemErrorWords(invalid)).toBeUndefined();
});
