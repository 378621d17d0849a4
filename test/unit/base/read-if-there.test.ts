import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readIfThere } from '../../../src/base/read-if-there.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

it('only a file that is not there is nothing; what cannot be read is an error', async () => {
  expect(await readIfThere(await folder.file('a', 'text'))).toBe('text');
  expect(await readIfThere(await folder.file('empty'))).toBe('');
  expect(await readIfThere(join(folder.path, 'none'))).toBeUndefined();
  await expect(readIfThere(folder.path)).rejects.toThrow();
});
