import { open, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { writeAll } from '../../../src/base/write-all.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

test('writes after what was written before, or at a place', async () => {
  const path = await folder.file('f', '');
  const handle = await open(path, 'r+');
  await writeAll(handle.fd, Buffer.from('one'));
  await writeAll(handle.fd, Buffer.from('two'));
  await writeAll(handle.fd, Buffer.from('x'), 1);
  await writeAll(handle.fd, Buffer.alloc(0), 1);
  await handle.close();
  expect(await readFile(path, 'utf8')).toBe('oxetwo');
});

test('what the disk does not take is thrown', async () => {
  const handle = await open('/dev/full', 'w');
  await expect(writeAll(handle.fd, Buffer.from('x'), 0)).rejects.toMatchObject({ code: 'ENOSPC' });
  await handle.close();
});
