import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('every file with logic has a test of its own (the rule is in CONTRIBUTING.md)', () => {
  const said = execFileSync(process.execPath, ['tools/untested.mjs'], { encoding: 'utf8' });
  expect(said.split('\n').filter((line) => line.startsWith('src/'))).toEqual([]);
});
