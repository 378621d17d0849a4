import { closeSync, openSync } from 'node:fs';
import { RootimgError } from '../../base/errors.ts';
import { isBrokenPipe } from '../../base/broken-pipe.ts';
import { lastLines, type Running, start } from '../../system/exec.ts';
import { stopSignal } from '../../system/signals.ts';
import { wasNotThere } from '../../system/tie.ts';
import { type ChunkWriter, chunkWriter } from './chunk-writer.ts';

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
  if (/No space left on device/i.test(result.stderr)) {
    throw new RootimgError('disk-full', `There is no space left in ${folder}.`, {
      hint: 'The published image is as it was. Make room there, then pack again.',
      details,
    });
  }
  const how = result.signal === undefined ? `with exit status ${result.exitCode}` : `by ${result.signal}`;
  throw new RootimgError('program-failed', `${program} ended ${how}.`, { details });
}

/**
 * Runs a program that reads what `produce` writes and whose output goes straight into the file at `path`,
 * which must not exist. Gives the number of bytes that went in. The program's failure is what is thrown when
 * both it and `produce` fail, because it is the cause.
 */
export async function throughProgram(
  argv: readonly string[],
  path: string,
  folder: string,
  produce: (out: ChunkWriter) => Promise<void>,
): Promise<number> {
  const fd = openSync(path, 'wx', 0o600);
  let running: Running;
  try {
    running = start(argv, { stdoutFd: fd });
  } finally {
    closeSync(fd);
  }
  return feed(running, argv, folder, produce);
}

/**
 * Writes what `produce` makes to a running program and waits for it to end well. Gives the number of bytes.
 */
export async function feed(
  running: Running,
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
 * waited for.
 */
export async function feedProgram(
  running: Running,
  produce: (out: ChunkWriter) => Promise<void>,
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
