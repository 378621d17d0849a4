import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { flushFile, flushMadeFolder } from '../../../src/base/flush.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

it('flushes files and folders, and names what is not there', async () => {
  await flushFile(await folder.file('a', 'x'));
  await flushFile(folder.path);
  await expect(flushFile(join(folder.path, 'none'))).rejects.toThrow('none');
});

it('flushes up to the folder that the first made one lies in, and ends at the root', async () => {
  const deep = join(folder.path, 'a/b/c');
  const firstMade = await mkdir(deep, { recursive: true });
  expect(firstMade).toBe(join(folder.path, 'a'));
  await flushMadeFolder(deep, firstMade);
  await flushMadeFolder(deep, undefined);
  await flushMadeFolder(folder.path, '/no/such/ancestor');
});
