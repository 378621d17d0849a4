// Setup of the unit and integration tests: their files share a process and the modules that are loaded in it,
// which takes half of the time of the units away. A file that replaces modules (vi.mock), or says `Own modules`
// in a comment, gets its own, and leaves none of them behind.
import { readFileSync } from 'node:fs';
import { afterAll, expect, vi } from 'vitest';

const { testPath } = expect.getState();
if (testPath !== undefined && /vi\.mock\(|^\/\/ Own modules/m.test(readFileSync(testPath, 'utf8'))) {
  vi.resetModules();
  afterAll(() => void vi.resetModules());
}
