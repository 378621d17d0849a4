import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { RootimgError } from '../base/errors.ts';
import { holdsSecrets, withoutSecrets } from '../base/secrets.ts';

/** Who hears of what a child prints while it runs. */
export interface OutputOptions {
  /** Appended with all that the child prints, without the secrets of addresses. */
  readonly logFile?: string;
  /** Called for each line the child prints, on either stream. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** What was heard: the end of each stream, and `log-unwritable` when the log could not be written. */
export interface Heard {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly unlogged: RootimgError | undefined;
}

/**
 * Feeds the log and the line listener, and keeps the last `kept` bytes of each stream; resolves when both
 * have ended and the log is written.
 */
export async function watchOutput(
  stdout: Readable | null,
  stderr: Readable | null,
  { logFile, onLine }: OutputOptions,
  kept: number,
): Promise<Heard> {
  const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
  // Listened to from the start: an error that nobody hears ends the whole process.
  const logged = log && finished(log).then(() => undefined, unwritable(logFile));
  const follow = async (name: 'stdout' | 'stderr', stream: Readable | null) => {
    const tail = keepTail(kept);
    const discreet = log && discreetLines((bytes) => void log.write(bytes));
    if (stream === null) return tail.bytes();
    const decoder = new StringDecoder('utf8');
    let rest = '';
    stream.on('data', (chunk: Buffer | string) => {
      discreet?.add(chunk);
      tail.add(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      if (onLine === undefined) return;
      const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line, name);
    });
    // A stream cut short is told by the exit status.
    await finished(stream, { writable: false }).catch(() => {});
    discreet?.end();
    if (rest !== '') onLine?.(rest, name);
    return tail.bytes();
  };
  const [out, err] = await Promise.all([follow('stdout', stdout), follow('stderr', stderr)]);
  log?.end();
  return { stdout: out, stderr: err, unlogged: await logged };
}

/** A line without its end is kept back, up to this many bytes. */
const longestLine = 64 * 1024;

/**
 * Hands on what is added in whole lines, because a secret may come in two pieces; bytes without one stay as
 * they are.
 */
function discreetLines(write: (bytes: Buffer) => void) {
  let rest = Buffer.alloc(0);
  const hand = (bytes: Buffer) => {
    if (bytes.length === 0) return;
    if (!holdsSecrets(bytes.toString('utf8'))) return write(bytes);
    for (const line of bytes.toString('latin1').split(/(?<=[\n\r])/)) {
      const raw = Buffer.from(line, 'latin1');
      const text = raw.toString('utf8');
      write(holdsSecrets(text) ? Buffer.from(withoutSecrets(text)) : raw);
    }
  };
  return {
    add: (chunk: Buffer | string) => {
      const bytes = Buffer.concat([rest, Buffer.from(chunk)]);
      const last = Math.max(bytes.lastIndexOf(10), bytes.lastIndexOf(13)) + 1;
      const end = last === 0 && bytes.length > longestLine ? bytes.length : last;
      hand(bytes.subarray(0, end));
      rest = bytes.subarray(end);
    },
    end: () => hand(rest),
  };
}

/** The last pieces of a stream that hold at least `limit` bytes. */
function keepTail(limit: number) {
  const pieces: Buffer[] = [];
  let length = 0;
  return {
    add: (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      for (let first = pieces[0]; first && length - first.length >= limit; first = pieces[0]) {
        length -= first.length;
        pieces.shift();
      }
    },
    bytes: () => Buffer.concat(pieces),
  };
}

function unwritable(path: string | undefined): (error: NodeJS.ErrnoException) => RootimgError {
  return (cause) =>
    new RootimgError('log-unwritable', `The log ${path} cannot be written: ${cause.code}.`, { cause });
}
