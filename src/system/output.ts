import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { RootimgError } from '../errors.ts';

/** Who hears of what a child prints while it runs. */
export interface OutputOptions {
  /** Appended with all that the child prints. */
  readonly logFile?: string;
  /** Called for each line the child prints, on either stream. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/**
 * Feeds the log and the line listener; resolves when both streams have ended and the log is written, with the error `log-unwritable` when it
 * could not be.
 */
export async function watchOutput(
  stdout: Readable | null,
  stderr: Readable | null,
  { logFile, onLine }: OutputOptions,
): Promise<RootimgError | undefined> {
  const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
  // Listened to from the start: an error that nobody hears ends the whole process.
  const logged = log && finished(log).then(() => undefined, unwritable(logFile));
  const follow = async (name: 'stdout' | 'stderr', stream: Readable | null) => {
    if (stream === null) return;
    const decoder = new StringDecoder('utf8');
    let rest = '';
    stream.on('data', (chunk: Buffer | string) => {
      log?.write(chunk);
      if (onLine === undefined) return;
      const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line, name);
    });
    // A stream cut short is told by the exit status.
    await finished(stream, { writable: false }).catch(() => {});
    if (rest !== '') onLine?.(rest, name);
  };
  await Promise.all([follow('stdout', stdout), follow('stderr', stderr)]);
  log?.end();
  return logged;
}

function unwritable(path: string | undefined): (error: NodeJS.ErrnoException) => RootimgError {
  return (cause) =>
    new RootimgError('log-unwritable', `The log ${path} cannot be written: ${cause.code}.`, { cause });
}
