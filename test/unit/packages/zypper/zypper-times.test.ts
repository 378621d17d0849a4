import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settleZypperTimes } from '../../../../src/packages/zypper/zypper-times.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

test("zypper's list of what came for others says nothing of when it was written", async () => {
  const settled: string[] = [];
  for (const [name, time] of [
    ['one', 'Sun Nov 29 21:18:15 2026'],
    ['other', 'Mon Nov 30 03:03:15 2026'],
  ] as const) {
    const root = await folder.folder(name);
    await folder.folder(`${name}/var/lib/zypp`);
    const list = join(root, 'var/lib/zypp/AutoInstalled');
    writeFileSync(list, `# AutoInstalled generated ${time}\n#\ndash\n`);
    settleZypperTimes(root, 1_700_000_000);
    settled.push(readFileSync(list, 'utf8'));
  }
  expect(settled[0]).toBe('# AutoInstalled generated 2023-11-14T22:13:20.000Z\n#\ndash\n');
  expect(settled[1]).toBe(settled[0]);
});

test('a tree without such a list stays as it is', async () => {
  const root = await folder.folder('root');
  settleZypperTimes(root, 1_700_000_000);
  expect(readdirSync(root)).toEqual([]);
});
