import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { copyWhole } from '../../base/copy-file.ts';
import { readTextFile } from '../../base/regular-file.ts';
import { RootimgError } from '../../base/errors.ts';
import { initrdName } from '../../plan/generation.ts';
import { type BuiltRecord, manifestName, parseManifest } from '../../plan/manifest.ts';
import type { Build } from '../build-context.ts';
import { lastLines } from '../../system/exec.ts';
import { fileDigest } from '../../system/file-digest.ts';
import { uncompressedLength } from './cpio-names.ts';
import type { InitrdCompressor } from './initrd-compressor.ts';
import { startInImage } from './initrd-write.ts';
import { throwIfStopped } from '../../system/signals.ts';

/** What the manifest says of an initrd. */
export type InitrdRecord = BuiltRecord['initrd'];

/**
 * What the manifest says of the initrd that lies in rootimgdir; undefined when it is not, byte for byte, what
 * that build published.
 */
export async function readLastInitrd(build: Build): Promise<InitrdRecord | undefined> {
  const text = await readTextFile(join(build.folder, manifestName)).catch(() => '');
  const last = parseManifest(text)?.build?.initrd;
  if (last === undefined) return undefined;
  const digest = await fileDigest(join(build.folder, initrdName)).catch(throwIfStopped);
  return digest === last.sha256 ? last : undefined;
}

/** Copies the initrd of the last build to `file`; false when that fails: then a new one is made. */
export async function copyLastInitrd(build: Build, file: string): Promise<boolean> {
  return copyWhole(join(build.folder, initrdName), file).then(
    () => true,
    () => false,
  );
}

/** Length of what lies before the compressed part of an initrd: the microcode of processors, or nothing. */
async function earlyLength(file: string): Promise<number> {
  const handle = await open(file, 'r');
  try {
    const read = async (position: number, length: number) => {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    return await uncompressedLength(read);
  } finally {
    await handle.close();
  }
}

/** What lastDrivers throws with: the drivers can be made anew. */
export const lastUnreadable = 'last-initrd-unreadable';

/**
 * The members of the last build's initrd that are its drivers, as they stand in its archive. Throws
 * `lastUnreadable` when they are not all there.
 */
export async function* lastDrivers(
  build: Build,
  compressor: InitrdCompressor,
  { start, end }: { readonly start: number; readonly end: number },
): AsyncGenerator<Buffer> {
  const file = join(build.folder, initrdName);
  const reader = startInImage(build, compressor.decompress);
  try {
    const packed = createReadStream(file, { start: await earlyLength(file) });
    // Ends early, with a broken pipe, when all drivers are there.
    pipeline(packed, reader.stdin).catch(() => {});
    let position = 0;
    for await (const chunk of reader.stdout as AsyncIterable<Buffer>) {
      const wanted = chunk.subarray(Math.max(0, start - position), Math.max(0, end - position));
      position += chunk.length;
      if (wanted.length > 0) yield wanted;
      if (position >= end) return;
    }
    const { stderr } = await reader.ended;
    throw new RootimgError(lastUnreadable, 'The initrd of the last build cannot be read.', {
      details: lastLines(stderr, 5),
    });
  } finally {
    reader.kill('SIGKILL');
    // It lives in the tree, which may be swapped next.
    await reader.ended;
  }
}
