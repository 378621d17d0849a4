import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface HostRow {
  readonly suite: string;
  /** First lines of the versions of its tools. */
  readonly versions: readonly string[];
  /** How long the road took. */
  readonly seconds: number;
}

const rows: HostRow[] = [];

/** Collects what is seen of each host; without a row it writes them down as a table. */
export async function writeTable(row?: HostRow): Promise<void> {
  if (row !== undefined) {
    rows.push(row);
    return;
  }
  const lines = rows.map(
    ({ suite, versions, seconds }) => `| ${[suite, ...versions, `${seconds.toFixed(1)} s`].join(' | ')} |`,
  );
  const path = join(tmpdir(), 'rootimg-hosts.md');
  await writeFile(path, `${lines.join('\n')}\n`);
  console.log(`${lines.join('\n')}\nwritten to ${path}`);
}
