import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settlePackageTimes } from '../../../src/packages/package-times.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const epoch = 1_700_000_000;
const folders = () => ({ temporary: folder.path, treeTemporary: folder.path });

/** A history as dnf makes it, as far as it tells times. */
const make = `import sqlite3, sys
history = sqlite3.connect(sys.argv[1], isolation_level=None)
history.execute('PRAGMA journal_mode = WAL')
history.execute('CREATE TABLE trans (id INTEGER, dt_begin INTEGER, dt_end INTEGER, user_id INTEGER)')
for row in range(2): history.execute('INSERT INTO trans VALUES (?, ?, ?, ?)', [row, *map(int, sys.argv[2:])])`;
const read = `import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute('SELECT * FROM trans').fetchall())`;

test('where there is no database there is nothing to do', async () => {
  const root = await folder.folder('root');
  expect(await settlePackageTimes(root, folders(), epoch)).toEqual([]);
});

test.skipIf(!existsSync('/usr/bin/python3'))(
  'the history of dnf has the time of the image, and no user',
  async () => {
    const settled: Buffer[] = [];
    for (const [name, user] of [
      ['one', '1000'],
      ['other', '-1'],
    ] as const) {
      const root = await folder.folder(name);
      await folder.folder(`${name}/var/lib/dnf`);
      const history = join(root, 'var/lib/dnf/history.sqlite');
      const times = name === 'one' ? ['1800000000', '1800000005'] : ['1800000100', '1800000200'];
      execFileSync('/usr/bin/python3', ['-c', make, history, ...times, user]);
      expect(await settlePackageTimes(root, folders(), epoch)).toEqual([]);
      const rows = execFileSync('/usr/bin/python3', ['-c', read, history], { encoding: 'utf8' }).trim();
      expect(rows).toBe(`[(0, ${epoch}, ${epoch}, 0), (1, ${epoch}, ${epoch}, 0)]`);
      expect(existsSync(`${history}-wal`)).toBe(false);
      settled.push(execFileSync('cat', [history]));
    }
    expect(settled[0]).toEqual(settled[1]);
  },
);

test('a history that is none is told and stays', async () => {
  const root = await folder.folder('root');
  await folder.file(
    'root/var/lib/dnf/history.sqlite',
    'no database, but long enough to be read as one'.repeat(20),
  );
  const [said] = await settlePackageTimes(root, folders(), epoch);
  expect(said).toMatch(/^The times in the image's history of dnf stay: .*not a database/);
});
