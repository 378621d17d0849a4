import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Tie, watcherArgv } from './tie.ts';

/** How programs are started here. */
interface Starter {
  /** What a tool that takes but a moment says on standard output. */
  ask(argv: readonly string[]): string;
  /** Starts what outlives us, with an open file as its standard input. */
  beginAlone(argv: readonly string[], stdin: number): void;
}

let known: Tie | undefined;

/**
 * How children die with us on this host; asked of its setpriv once, which knows no death signal before
 * util-linux 2.33.
 */
export function hostTie(starter: Starter): Tie {
  return (known ??= starter.ask(['setpriv', '--help']).includes('--pdeathsig')
    ? { by: 'death signal' }
    : { by: 'watcher', pipe: startWatcher(starter) });
}

/**
 * Starts the process that ends our children when we are gone, and gives the path of the pipe on which it
 * hears of them.
 */
function startWatcher({ ask, beginAlone }: Starter): string {
  const folder = mkdtempSync(join(tmpdir(), 'rootimg-watch-'));
  const path = join(folder, 'pipe');
  ask(['mkfifo', '-m', '600', path]);
  // Each end alone would wait for the other.
  const both = openSync(path, constants.O_RDWR);
  const [readEnd, writeEnd] = [openSync(path, constants.O_RDONLY), openSync(path, constants.O_WRONLY)];
  closeSync(both);
  rmSync(folder, { recursive: true });
  beginAlone(watcherArgv, readEnd);
  closeSync(readEnd);
  // Ours alone and never closed: a child that is given it opens it for a moment.
  return `/proc/${process.pid}/fd/${writeEnd}`;
}
