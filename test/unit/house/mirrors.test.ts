import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const lines = (text: string) => text.split('\n').filter((line) => line.startsWith('src/'));

/** Files that have waited for a test since before the rule; a line goes when the file gets one. */
const waiting = lines(readFileSync(new URL('untested.txt', import.meta.url), 'utf8'));

test('every file with logic has a test of its own (the rule is in CONTRIBUTING.md), and waits for none then', () => {
  const missing = lines(execFileSync(process.execPath, ['tools/untested.mjs'], { encoding: 'utf8' }));
  expect(missing).toEqual(waiting);
});
