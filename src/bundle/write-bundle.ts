import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import tar from 'tar-stream';
import { publishFile } from '../system/publish.ts';
import { stopSignal } from '../system/signals.ts';
import { temporaryPath } from '../system/temp.ts';

/** What goes into the folder of the image: a file of this host, or a text. */
export type BundleMember = { readonly name: string } & (
  { readonly file: string } | { readonly text: string }
);

/**
 * Writes a bundle as xCAT's imgexport does: a gzipped tar with a folder of the image's name. Whole or not at
 * all; gives its bytes. Packed roots are compressed already, so that gzip does its least.
 */
export async function writeBundle(
  path: string,
  image: string,
  members: readonly BundleMember[],
): Promise<number> {
  const temporary = temporaryPath(dirname(path), basename(path));
  try {
    const pack = tar.pack();
    const out = createWriteStream(temporary, { flags: 'wx', mode: 0o600 });
    const written = pipeline(pack, createGzip({ level: 1 }), out, { signal: stopSignal });
    await Promise.all([written, fill(pack, image, members)]);
    const { size } = await stat(temporary);
    await publishFile(temporary, path);
    return size;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function fill(pack: tar.Pack, image: string, members: readonly BundleMember[]): Promise<void> {
  try {
    const folder = { type: 'directory', mode: 0o755, uid: 0, gid: 0 } as const;
    pack.entry({ name: './', ...folder });
    pack.entry({ name: `./${image}/`, ...folder });
    for (const member of members) {
      const name = `./${image}/${member.name}`;
      if ('text' in member) {
        pack.entry({ name, mode: 0o644, uid: 0, gid: 0 }, member.text);
        continue;
      }
      const { size, mode, mtime } = await stat(member.file);
      const header = { name, size, mode: (mode & 0o111) === 0 ? 0o644 : 0o755, uid: 0, gid: 0, mtime };
      await pipeline(createReadStream(member.file), pack.entry(header));
    }
    pack.finalize();
  } catch (error) {
    pack.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}
