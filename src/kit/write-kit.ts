import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';
import { RootimgError } from '../base/errors.ts';
import { publishFile } from '../system/publish.ts';
import { stopSignal } from '../system/signals.ts';
import { temporaryPath } from '../system/temp.ts';
import type { TreeFile } from './netboot-tree.ts';

/** The folder at the top of a kit. */
const top = 'netboot';

export interface KitContent {
  readonly files: readonly TreeFile[];
  readonly families: readonly string[];
  /** A node binary that each family's launcher finds beside itself. */
  readonly node: string | undefined;
  /** Seconds; no member is younger (SOURCE_DATE_EPOCH). */
  readonly newest: number | undefined;
}

/**
 * Writes the kit as a tar file, whole or not at all, owned by root inside. Gives its size in bytes. Throws
 * `kit-unwritable`.
 */
export async function writeKit(path: string, content: KitContent): Promise<number> {
  const temporary = temporaryPath(dirname(path), basename(path));
  try {
    const pack = tar.pack();
    const written = pipeline(pack, createWriteStream(temporary, { mode: 0o644 }), { signal: stopSignal });
    await Promise.all([written, fill(pack, content)]);
    const { size } = await stat(temporary);
    await publishFile(temporary, path);
    return size;
  } catch (error) {
    stopSignal.throwIfAborted();
    if (error instanceof Error && 'code' in error && 'syscall' in error) {
      const message = `The kit ${path} could not be written: ${error.message}.`;
      throw new RootimgError('kit-unwritable', message, { cause: error });
    }
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function fill(pack: tar.Pack, { files, families, node, newest }: KitContent): Promise<void> {
  try {
    for (const { path, source, mode } of files) await addFile(pack, `${top}/${path}`, source, mode, newest);
    const [first, ...others] = families;
    if (node !== undefined && first !== undefined) {
      const name = `${top}/${first}/node`;
      await addFile(pack, name, node, 0o755, newest);
      // The runtime is large: it is stored once.
      for (const family of others) {
        pack.entry({
          name: `${top}/${family}/node`,
          type: 'link',
          linkname: name,
          mode: 0o755,
          mtime: new Date(0),
        });
      }
    }
    pack.finalize();
  } catch (error) {
    pack.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

async function addFile(
  pack: tar.Pack,
  name: string,
  source: string,
  mode: number,
  newest: number | undefined,
): Promise<void> {
  const { size, mtimeMs } = await stat(source);
  const seconds = Math.min(Math.floor(mtimeMs / 1000), newest ?? Number.POSITIVE_INFINITY);
  const entry = pack.entry({ name, size, mode, uid: 0, gid: 0, mtime: new Date(seconds * 1000) });
  await pipeline(createReadStream(source), entry);
}
