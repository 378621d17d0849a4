import { closeSync, openSync } from 'node:fs';
import { RootimgError } from '../../base/errors.ts';
import { isBrokenPipe } from '../../base/broken-pipe.ts';
import { type Fed, lastLines, type Running, startWriting } from '../../system/exec.ts';
import type { DigestedFile } from '../../system/file-digest.ts';
import { stopSignal } from '../../system/signals.ts';
import { wasNotThere } from '../../system/tie.ts';
import { type ChunkWriter, chunkWriter } from './chunk-writer.ts';
import { diskFull, isDiskFull, saysDiskFull } from './disk-full.ts';
import { openPipe } from './open-pipe.ts';
import { writeDigested } from './write-digested.ts';

/**
 * Throws when a program has not ended well, naming the program, what it said, and the full disk if
 * that was it.
 */
export function checkEnded(argv: readonly string[], result: Awaited<Running['ended']>, folder: string): void {
  if (stopSignal.aborted) throw stopSignal.reason;
  if (result.exitCode === 0) return;
  const program = argv[0] ?? '';
  if (wasNotThere(result.exitCode, result.stderr)) {
    throw new RootimgError('tool-missing', `${program} is not installed.`);
  }
  const details = [`command: ${argv.join(' ')}`, ...lastLines(result.stderr)];
  if (saysDiskFull(result.stderr)) throw diskFull(folder, { details });
  const how = result.signal === undefined ? `with exit status ${result.exitCode}` : `by ${result.signal}`;
  throw new RootimgError('program-failed', `${program} ended ${how}.`, { details });
}

/** What a program made of a stream. */
export interface ProgramOutput extends DigestedFile {
  /** Bytes that went into the program. */
  readonly bytes: number;
}

/**
 * Runs a program that reads what `produce` writes and puts its output into the file at `path`, which must not
 * exist and is there from the first moment on. Gives the digest of the output as it came. The program's
 * failure is what is thrown when both it and `produce` fail, because it is the cause; that of the file before
 * all others.
 */
export async function throughProgram(
  argv: readonly string[],
  path: string,
  folder: string,
  produce: (out: ChunkWriter) => Promise<void>,
): Promise<ProgramOutput> {
  const fd = openSync(path, 'wx', 0o600);
  try {
    const unneeded = new AbortController();
    const { running, written } = await startInto(argv, fd, folder, unneeded.signal);
    const fed = feed(running, argv, folder, produce);
    fed.catch(() => unneeded.abort());
    // Both have ended before the file is closed: its number is soon another file's.
    const [output, bytes] = await Promise.allSettled([written, fed]);
    if (output.status === 'fulfilled' && bytes.status === 'fulfilled') {
      return { ...output.value, bytes: bytes.value };
    }
    const unwritable = output.status === 'rejected' && cannotWrite(output.reason, path, folder);
    if (unwritable) throw unwritable;
    throw bytes.status === 'rejected' ? bytes.reason : (output as PromiseRejectedResult).reason;
  } finally {
    // A file server may say only here that its disk is full.
    closeSync(fd);
  }
}

/** Starts a program whose output goes into an open file, and gives the promise of what came. */
async function startInto(argv: readonly string[], fd: number, folder: string, unneeded: AbortSignal) {
  const { readEnd, writeEnd } = await openPipe(folder);
  try {
    const running = startWriting(argv, writeEnd);
    const written = writeDigested(readEnd, fd, unneeded).finally(() => closeSync(readEnd));
    written.catch(() => running.kill('SIGKILL'));
    return { running, written };
  } catch (error) {
    closeSync(readEnd);
    throw error;
  } finally {
    closeSync(writeEnd);
  }
}

/** What is told where the file takes no more; undefined for other failures. */
function cannotWrite(error: unknown, path: string, folder: string): Error | undefined {
  if (!(error instanceof Error && 'syscall' in error)) return undefined;
  if (isDiskFull(error)) return diskFull(folder);
  return Object.assign(error, { path });
}

/**
 * Writes what `produce` makes to a running program and waits for it to end well. Gives the number of bytes.
 */
export async function feed(
  running: Fed,
  argv: readonly string[],
  folder: string,
  produce: (out: ChunkWriter) => Promise<void>,
): Promise<number> {
  const result = await feedProgram(running, produce);
  checkEnded(argv, result, folder);
  return result.bytes;
}

/**
 * The same, leaving it to the caller to judge how the program ended. A program that stops reading is not
 * waited for. `meanwhile` is done when it has all that it reads; when that fails, so does this.
 */
export async function feedProgram(
  running: Fed,
  produce: (out: ChunkWriter) => Promise<void>,
  meanwhile?: () => Promise<void>,
): Promise<Awaited<Running['ended']> & { bytes: number }> {
  const out = chunkWriter(
    (chunk) =>
      new Promise((resolve, reject) => {
        running.stdin.write(chunk, (error) => (error ? reject(error) : resolve(undefined)));
      }),
  );
  const stop = () => running.kill('SIGKILL');
  stopSignal.addEventListener('abort', stop, { once: true });
  try {
    await produce(out);
    await out.end();
    running.stdin.end();
    await meanwhile?.();
  } catch (error) {
    if (!isBrokenPipe(error)) {
      // Not ended in order: a short archive must never look complete, not even for a moment.
      running.kill('SIGKILL');
      await running.ended;
      throw error;
    }
    running.stdin.destroy();
  } finally {
    void running.ended.finally(() => stopSignal.removeEventListener('abort', stop));
  }
  return { ...(await running.ended), bytes: out.written };
}
