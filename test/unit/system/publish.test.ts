import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { publishFiles, writeFileAtomic, writeUnpublished } from '../../../src/system/publish.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const at = (name: string) => join(folder.path, name);

it('a file is replaced whole, with its mode, and nothing stays beside it', async () => {
  await folder.file('a', 'old', 0o600);
  await writeFileAtomic(at('a'), 'new', 0o640);
  expect(await readFile(at('a'), 'utf8')).toBe('new');
  expect((await stat(at('a'))).mode & 0o777).toBe(0o640);
  expect(await readdir(folder.path)).toEqual(['a']);
});

it('until it is published readers see the old one', async () => {
  await folder.file('a', 'old');
  const waiting = await writeUnpublished(at('a'), 'new');
  expect(await readFile(at('a'), 'utf8')).toBe('old');
  await publishFiles([waiting]);
  expect(await readFile(at('a'), 'utf8')).toBe('new');
});

it('when one cannot get its name, those after it keep theirs and nothing is left', async () => {
  await mkdir(at('b/x'), { recursive: true });
  await folder.file('c', 'old');
  const files = [
    await writeUnpublished(at('a'), '1'),
    await writeUnpublished(at('b'), '2'),
    await writeUnpublished(at('c'), '3'),
  ] as const;
  await expect(publishFiles([...files])).rejects.toThrow();
  expect((await readdir(folder.path)).sort()).toEqual(['a', 'b', 'c']);
  expect(await readFile(at('c'), 'utf8')).toBe('old');
  await expect(writeFileAtomic(at('none/x'), 'x')).rejects.toThrow('ENOENT');
});
