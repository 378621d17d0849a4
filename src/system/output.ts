import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { RootimgError } from '../base/errors.ts';

/** Who hears of what a child prints while it runs. */
export interface OutputOptions {
  /** Appended with all that the child prints. */
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
 * Feeds the log and the line listener, and keeps the last `kept` bytes of each stream; resolves when both have ended and the log is
 * written.
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
    if (stream === null) return tail.bytes();
    const decoder = new StringDecoder('utf8');
    let rest = '';
    stream.on('data', (chunk: Buffer | string) => {
      log?.write(chunk);
      tail.add(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      if (onLine === undefined) return;
      const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line, name);
    });
    // A stream cut short is told by the exit status.
    await finished(stream, { writable: false }).catch(() => {});
    if (rest !== '') onLine?.(rest, name);
    return tail.bytes();
  };
  const [out, err] = await Promise.all([follow('stdout', stdout), follow('stderr', stderr)]);
  log?.end();
  return { stdout: out, stderr: err, unlogged: await logged };
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
