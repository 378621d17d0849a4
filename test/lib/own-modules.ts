// Setup of the unit tests: their files share a process and the modules that are loaded in it, which takes half
// of the time away. A file that replaces modules (vi.mock) gets its own, and leaves none of them behind.
import { readFileSync } from 'node:fs';
import { afterAll, expect, vi } from 'vitest';

const { testPath } = expect.getState();
if (testPath !== undefined && readFileSync(testPath, 'utf8').includes('vi.mock(')) {
  vi.resetModules();
  afterAll(() => void vi.resetModules());
}
