import { expect, it } from 'vitest';
import { readPostinstalls } from '../../../src/resolve/postinstall.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

it('scripts run in their order with their arguments', async () => {
  const a = await folder.file('a.sh', '#!/bin/sh\n', 0o755);
  const b = await folder.file('b.sh', '#!/bin/sh\n', 0o700);
  const { scripts, files, problems } = await readPostinstalls('a.sh -x  one, ./b.sh,', folder.path);
  expect(scripts).toEqual([
    { path: a, args: ['-x', 'one'] },
    { path: b, args: [] },
  ]);
  expect(files.map(({ path, role }) => [path, role])).toEqual([
    [a, 'postinstall'],
    [b, 'postinstall'],
  ]);
  expect(problems).toEqual([]);
});

it('all that is wrong is told at once: a gap, a missing one, one that nobody may run (root neither)', async () => {
  await folder.file('plain.sh', '', 0o644);
  const { scripts, problems } = await readPostinstalls('none.sh,,plain.sh,.', folder.path);
  expect(scripts).toEqual([]);
  expect(problems.map(({ code }) => code).slice(1)).toEqual([
    'file-unreadable',
    'not-executable',
    'file-unreadable',
  ]);
  expect(problems).toHaveLength(4);
});
