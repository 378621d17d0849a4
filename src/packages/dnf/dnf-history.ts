import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTextFile } from '../../base/regular-file.ts';
import { RootimgError } from '../../base/errors.ts';
import { findTool, run } from '../../system/exec.ts';
import type { PackageSite } from '../manager.ts';
import { treePlace } from '../../system/tree-file.ts';

/** dnf's record of its transactions, a database of SQLite. */
const historyPath = 'var/lib/dnf/history.sqlite';

/**
 * SQLite takes the log into the database and removes it. Closing the database would do so too, but then it
 * would still be in the mode of write-ahead logs, in which only root can read one without its log. dnf sets
 * that mode again whenever root runs it.
 */
const settle = `import sqlite3, sys
history = sqlite3.connect(sys.argv[1], isolation_level=None)
history.execute('PRAGMA secure_delete = ON')
history.execute("UPDATE trans SET cmdline = 'genimage' WHERE cmdline LIKE '%--installroot=%'")
mode, = history.execute('PRAGMA journal_mode = DELETE').fetchone()
sys.exit(mode != 'delete' and 'the journal mode stays ' + mode)`;

/**
 * Takes away the write-ahead log that dnf leaves beside its history, 4 MB of each node's memory, and the
 * paths of this host in the command lines that the history tells. `dnf history` tells all else without it.
 */
export async function settleDnfHistory({ root, warn }: PackageSite): Promise<void> {
  const history = join(root, await treePlace(root, historyPath));
  if (!existsSync(`${history}-wal`)) return;
  try {
    await run([await dnfPython(), '-I', '-c', settle, history], { action: "settle dnf's history" });
  } catch (error) {
    if (!(error instanceof RootimgError) || error.code === 'stopped') throw error;
    warn(`${history}-wal stays in the image: ${error.message} ${error.details.at(-1) ?? ''}`.trimEnd());
  }
}

/** All transactions at one time, by root; VACUUM writes the file anew, without what had been there before. */
const settleTimes = `import sqlite3, sys
history = sqlite3.connect(sys.argv[1], isolation_level=None)
history.execute('PRAGMA journal_mode = DELETE')
history.execute('UPDATE trans SET dt_begin = ?, dt_end = ?, user_id = 0', (sys.argv[2], sys.argv[2]))
history.execute('VACUUM')`;

/**
 * Takes the times of transactions, and who made them, out of dnf's history. Gives why it could not, in words;
 * undefined when it is done, or there is none.
 */
export async function settleDnfTimes(root: string, epoch: number): Promise<string | undefined> {
  const history = join(root, await treePlace(root, historyPath));
  if (!existsSync(history)) return undefined;
  try {
    const argv = [await dnfPython(), '-I', '-c', settleTimes, history, String(epoch)];
    await run(argv, { action: "settle dnf's history" });
    return undefined;
  } catch (error) {
    if (!(error instanceof RootimgError) || error.code === 'stopped') throw error;
    return `${error.message} ${error.details.at(-1) ?? ''}`.trimEnd();
  }
}

/**
 * The Python that runs dnf: the one that wrote the database can read it, and a host need not have another.
 */
async function dnfPython(): Promise<string> {
  const dnf = await findTool('dnf');
  const program = dnf === undefined ? '' : await readTextFile(dnf);
  const [first = ''] = program.split('\n', 1);
  const words = first.startsWith('#!') ? first.slice(2).split(/\s+/) : [];
  return words.find((word) => word.includes('python')) ?? 'python3';
}
