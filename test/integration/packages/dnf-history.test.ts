import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { settleDnfHistory } from '../../../src/packages/dnf/dnf-history.ts';
import { aSite } from '../../unit/packages/a-site.ts';

let folder: string;
let site: ReturnType<typeof aSite>;
const database = () => join(folder, 'var/lib/dnf/history.sqlite');
const files = () => readdir(join(folder, 'var/lib/dnf'));

/** Puts a dnf first on the PATH that this Python runs. */
async function dnfOf(python: string): Promise<void> {
  await writeFile(join(folder, 'dnf'), `#!${python}\n`);
  await chmod(join(folder, 'dnf'), 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-history-'));
  await mkdir(join(folder, 'var/lib/dnf'), { recursive: true });
  // As dnf does: it ends without closing the database.
  const write = `import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute('PRAGMA journal_mode = WAL')
db.execute('CREATE TABLE trans (id, cmdline)')
db.execute("INSERT INTO trans VALUES (7, '-y --installroot=/here/rootimg install bash'), (8, 'install vim')")
os._exit(0)`;
  execFileSync('/usr/bin/python3', ['-c', write, database()]);
  site = aSite(folder, folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('what stands in the write-ahead log alone is in the database afterwards, without paths of this host, and the log is gone', async () => {
  await dnfOf('/usr/bin/env python3 -s');
  expect(await files()).toContain('history.sqlite-wal');
  await settleDnfHistory(site);
  expect(await files()).toEqual(['history.sqlite']);
  const read =
    'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("SELECT * FROM trans").fetchall())';
  expect(execFileSync('/usr/bin/python3', ['-c', read, database()], { encoding: 'utf8' })).toBe(
    "[(7, 'genimage'), (8, 'install vim')]\n",
  );
  expect(await readFile(database(), 'latin1')).not.toContain('/here/rootimg');
  expect(site.warnings).toEqual([]);
});

test('where it cannot be done the build goes on with a warning', async () => {
  await dnfOf('/nowhere/platform-python -s');
  await settleDnfHistory(site);
  expect(await files()).toContain('history.sqlite-wal');
  expect(site.warnings).toEqual([
    `${database()}-wal stays in the image: /nowhere/platform-python is not installed.`,
  ]);
});
