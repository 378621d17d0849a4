import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { fileErrorWords, RootimgError } from '../../base/errors.ts';
import { isBrokenPipe } from '../../base/broken-pipe.ts';
import { lastLines, type Running, start } from '../../system/exec.ts';
import { throwIfStopped } from '../../system/signals.ts';
import type { Build } from '../build-context.ts';
import { calmEnvironment, imagePath, inRootArgv } from '../../sandbox/sandbox.ts';
import { type CpioMember, listCpio } from './cpio-names.ts';
import type { InitrdCompressor } from './initrd-compressor.ts';

/** Where dracut writes down which of its modules it took: below usr/lib from about 045 on. */
export const moduleLists = ['usr/lib/dracut/modules.txt', 'lib/dracut/modules.txt'];

/** Starts a program of the image that reads standard input and writes standard output. */
export function startInImage(build: Build, argv: readonly string[]): Running {
  return start(inRootArgv(build.root, argv), { env: { ...calmEnvironment, PATH: imagePath } });
}

/**
 * Compresses an archive into `file`, and gives the members that its decompressed bytes have, the contents of
 * dracut's lists among them. Throws what `archive` throws, an error of the file, or `initrd-damaged` when the
 * bytes cannot be read back.
 */
export async function writeInitrd(
  build: Build,
  compressor: InitrdCompressor,
  archive: AsyncIterable<Buffer>,
  file: string,
): Promise<CpioMember[]> {
  const handle = await open(file, 'w', 0o600).catch((error: unknown) => {
    throw unwritable(file, error);
  });
  const started: Running[] = [];
  const begin = (argv: readonly string[]) => {
    const program = startInImage(build, argv);
    started.push(program);
    return program;
  };
  try {
    const packer = begin(compressor.compress);
    const reader = begin(compressor.decompress);
    const [fed, kept, listed, packed, read] = await Promise.allSettled([
      pipeline(archive, packer.stdin),
      pipeline(packer.stdout, keepIn(handle), reader.stdin),
      listCpio(reader.stdout, (member) => moduleLists.includes(member)),
      packer.ended,
      reader.ended,
    ]);
    throwIfStopped();
    if (fed.status === 'rejected' && !isBrokenPipe(fed.reason)) throw fed.reason;
    if (kept.status === 'rejected' && !isBrokenPipe(kept.reason)) throw unwritable(file, kept.reason);
    const failed = [
      { what: 'compressed', program: packed },
      { what: 'read back', program: read },
    ].filter(({ program }) => program.status === 'rejected' || program.value.exitCode !== 0);
    // When the one that reads ends early, the other one breaks on its pipe.
    const cause = kept.status === 'rejected' ? failed.at(-1) : failed[0];
    if (cause !== undefined) {
      throw damaged(cause.what, cause.program.status === 'fulfilled' ? cause.program.value.stderr : '');
    }
    if (fed.status === 'rejected') throw damaged('compressed', '', fed.reason);
    if (listed.status === 'rejected') throw damaged('read back', '', listed.reason);
    return listed.value;
  } finally {
    for (const program of started) program.kill('SIGKILL');
    await Promise.allSettled(started.map(({ ended }) => ended));
    await handle.close();
  }
}

/** Part of a pipe: writes down what passes. */
function keepIn(handle: FileHandle) {
  return async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      await handle.writeFile(chunk);
      yield chunk;
    }
  };
}

function damaged(what: string, output: string, cause?: unknown): RootimgError {
  return new RootimgError('initrd-damaged', `The initrd that dracut made cannot be ${what}.`, {
    details: lastLines(output, 5),
    cause,
  });
}

function unwritable(file: string, cause: unknown): RootimgError {
  return new RootimgError('initrd-unwritable', `${file} cannot be written: ${fileErrorWords(cause)}.`, {
    cause,
  });
}
