import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readIfThere } from '../../../src/base/read-if-there.ts';
import { readRegularFile, readRegularFileSync, readTextFile } from '../../../src/base/regular-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regular-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sync = async (path: string, most?: number) => readRegularFileSync(path, most);

test.each([readRegularFile, sync])(
  'reads files as they are, also where their size is not told',
  async (read) => {
    const path = join(folder, 'file');
    for (const size of [0, 1, 65_536, 300_000]) {
      writeFileSync(path, Buffer.alloc(size, 'x'));
      expect((await read(path)).equals(Buffer.alloc(size, 'x'))).toBe(true);
      expect(await read(path, size)).toHaveLength(size);
      if (size > 0) await expect(read(path, size - 1)).rejects.toMatchObject({ code: 'ETOOBIG', path });
    }
    expect((await read('/proc/self/status')).toString()).toContain('Pid:');
    await expect(read('/proc/self/status', 10)).rejects.toMatchObject({ code: 'ETOOBIG' });
    expect(await read('/dev/null')).toHaveLength(0);
  },
);

test.each([readRegularFile, sync])('refuses at once what never ends, is no file or is huge', async (read) => {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  writeFileSync(join(folder, 'hole'), '');
  truncateSync(join(folder, 'hole'), 2 ** 40);
  await expect(read(join(folder, 'pipe'))).rejects.toMatchObject({ code: 'ENOTREG' });
  await expect(read(join(folder, 'hole'))).rejects.toMatchObject({ code: 'ETOOBIG' });
  await expect(read('/dev/zero')).rejects.toMatchObject({ code: 'ENOTREG' });
  await expect(read(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  await expect(read(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('texts, and files that need not be there', async () => {
  writeFileSync(join(folder, 'text'), Buffer.from([0xc3, 0xa9]));
  expect(await readTextFile(join(folder, 'text'))).toBe('é');
  expect(await readTextFile(join(folder, 'text'), 'latin1')).toBe('Ã©');
  expect(await readIfThere(join(folder, 'none'))).toBeUndefined();
});

test('a file of the kernel that answers in one piece is read whole', async () => {
  expect(await readTextFile('/proc/sys/kernel/pid_max')).toMatch(/^\d{2,}\n$/);
});
