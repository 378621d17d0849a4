import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname } from 'node:path';

/** What a reader saw of a file that was being published again and again. */
interface Seen {
  readonly rounds: number;
  /** How often the file was not there. */
  readonly missing: number;
  /** Digests of all that was there. */
  readonly digests: readonly string[];
}

/**
 * Opens the file, reads it whole, and begins anew; the digest of a file that has been read is known. Of a list
 * of layers it reads each file that is named, too: one that is not there, or is another, is a missing one.
 */
const script = `
const { createHash } = require('node:crypto');
const { openSync, fstatSync, readFileSync, closeSync } = require('node:fs');
const [path] = process.argv.slice(1);
process.stdin.on('end', () => process.exit(1)).resume();
const known = new Map();
let rounds = 0, missing = 0;
process.on('SIGTERM', () => { console.log(JSON.stringify({ rounds, missing, digests: [...new Set(known.values())] })); process.exit(0); });
const digestOf = (file, into) => {
  const fd = openSync(file, 'r');
  try {
    const { ino, mtimeMs, size } = fstatSync(fd);
    const key = [ino, mtimeMs, size].join();
    if (!into.has(key)) into.set(key, createHash('sha256').update(readFileSync(fd)).digest('hex'));
    return into.get(key);
  } finally { closeSync(fd); }
};
const layers = new Map();
const look = () => {
  rounds += 1;
  try {
    digestOf(path, known);
    if (path.endsWith('.layers')) {
      for (const line of readFileSync(path, 'utf8').trim().split('\\n').slice(1)) {
        const [digest, , name] = line.split(' ');
        if (digestOf(name, layers) !== digest) throw new Error(name);
      }
    }
  } catch { missing += 1; }
  setTimeout(look, 3);
};
look();`;

/**
 * Starts a process that reads the file again and again as a node does; the function that is given ends it and
 * tells what it saw.
 */
export function readAgainAndAgain(path: string): () => Promise<Seen> {
  const child = spawn(process.execPath, ['-e', script, basename(path)], {
    // Those who look for processes of the test by its folder must not find this one.
    cwd: dirname(path),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  return async () => {
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
    return JSON.parse(said) as Seen;
  };
}
