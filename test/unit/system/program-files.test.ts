import { existsSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { linkedLibraries, programFiles } from '../../../src/system/program-files.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const path = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = path;
});

it('reads what ldd says, with and without a name, and nothing of what is not there', () => {
  const output = `\tlinux-vdso.so.1 (0x00007ffd)
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f1a)
\tlibx.so => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f1b)
`;
  expect(linkedLibraries(output)).toEqual(['/lib/x86_64-linux-gnu/libc.so.6', '/lib64/ld-linux-x86-64.so.2']);
  expect(linkedLibraries('\tstatically linked\n')).toEqual([]);
});

it('a real program comes with its libraries', async () => {
  const [program, ...libraries] = await programFiles('cat');
  expect(program).toMatch(/\/cat$/);
  expect(libraries.some((library) => /libc\.so/.test(library))).toBe(true);
  expect([program, ...libraries].filter((file) => !existsSync(file))).toEqual([]);
});

it('a script and a missing program are refused', async () => {
  await folder.file('wrapped', '#!/bin/sh\n', 0o755);
  process.env['PATH'] = `${folder.path}:${path}`;
  await expect(programFiles('wrapped')).rejects.toMatchObject({ code: 'tool-script' });
  await expect(programFiles('rootimg-no-such')).rejects.toMatchObject({ code: 'tool-missing' });
});
