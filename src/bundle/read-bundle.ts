import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import tar from 'tar-stream';
import { RootimgError } from '../base/errors.ts';
import { visibleText } from '../base/visible-text.ts';
import { throwIfStopped } from '../system/signals.ts';

/** A file of a bundle, unpacked. */
export interface BundledFile {
  /** Where it lies now: a name of ours, none of the bundle's. */
  readonly path: string;
  /** hex */
  readonly sha256: string;
  readonly size: number;
  readonly isProgram: boolean;
}

/** The files of one image of a bundle by their names below its folder, such as `kernel` and `extra/motd`. */
export type BundledImage = ReadonlyMap<string, BundledFile>;

/** More members than any image has lists, kits and extra files. */
const mostMembers = 100_000;
/** Bytes that may come between the files: headers, names, the end. */
const mostBetween = 64 * 1024 * 1024;

/**
 * Unpacks a bundle, compressed or not, into the empty folder `to`, each file under a number: no name of it
 * becomes a path. Gives the files of each image. Throws `bundle-refused` for a name that is absolute, leads
 * out, comes twice or cannot be shown, for links and devices, and for more than the disk holds, each by name;
 * `bundle-damaged` for what is no such archive.
 */
export async function readBundle(bundle: string, to: string): Promise<Map<string, Map<string, BundledFile>>> {
  const images = new Map<string, Map<string, BundledFile>>();
  const names = new Set<string>();
  const room = await statfs(to).then(({ bavail, bsize }) => bavail * bsize);
  const flow = { read: 0, expected: mostBetween, members: 0, bytes: 0 };
  const extract = tar.extract();
  const source = (await isGzip(bundle))
    ? createReadStream(bundle).pipe(createGunzip())
    : createReadStream(bundle);
  const filling = pipeline(source, counted(flow), extract);
  // Told by the loop below, which fails with it.
  filling.catch((error: unknown) => extract.destroy(error instanceof Error ? error : undefined));
  try {
    for await (const entry of extract) {
      throwIfStopped();
      const { name, size = 0, type } = entry.header;
      flow.members += 1;
      if (flow.members > mostMembers) throw refused(`it has more than ${mostMembers} members`);
      const shown = visibleText(JSON.stringify(name.slice(0, 200)));
      const parts = partsOf(name, shown);
      if (type !== 'file' && type !== 'directory')
        throw refused(`${shown} is a ${type ?? 'member of no kind'}`);
      flow.bytes += size;
      if (!(flow.bytes <= room)) throw refused(`${shown} (${size} bytes) is more than ${to} has room for`);
      flow.expected += size;
      const [image, ...below] = parts;
      if (type === 'directory' || image === undefined || below.length === 0) {
        if (type === 'file') throw refused(`${shown} lies in no image's folder`);
        entry.resume();
        continue;
      }
      const whole = parts.join('/');
      if (names.has(whole)) throw refused(`${shown} comes twice`);
      names.add(whole);
      const files = images.get(image) ?? new Map<string, BundledFile>();
      images.set(image, files);
      const path = join(to, String(names.size));
      const isProgram = ((entry.header.mode ?? 0) & 0o100) !== 0;
      files.set(below.join('/'), { path, size, isProgram, sha256: await writeEntry(entry, path) });
    }
    await filling;
  } catch (error) {
    source.destroy();
    throw asRefusal(error, bundle);
  }
  return images;
}

async function writeEntry(entry: AsyncIterable<unknown>, path: string): Promise<string> {
  const hash = createHash('sha256');
  const hashed = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(Readable.from(hashed()), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  return hash.digest('hex');
}

/** A small file may unpack to more than anybody could read: between the files little may come. */
function counted(flow: { read: number; readonly expected: number }) {
  return async function* (stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of stream) {
      flow.read += chunk.length;
      if (flow.read > flow.expected + mostBetween) throw refused('it unpacks to more than its files are');
      yield chunk;
    }
  };
}

/** The parts of a name below the top; none for `./` itself. */
function partsOf(name: string, shown: string): string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..')) throw refused(`${shown} leads out of the bundle`);
  if (/[\uFFFD\p{Cc}]/u.test(name)) throw refused(`${shown} is no name`);
  if (parts.some((part) => Buffer.byteLength(part) > 255)) throw refused(`${shown} is too long`);
  return parts;
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE() === 0x1f8b;
  } finally {
    await file.close();
  }
}

function refused(why: string): RootimgError {
  return new RootimgError('bundle-refused', `The bundle is refused: ${why}.`, {
    hint: 'Nothing of it was put in place.',
  });
}

/** What the disk says stays; whatever the readers say is the bundle's. */
function asRefusal(error: unknown, bundle: string): unknown {
  if (error instanceof RootimgError || !(error instanceof Error)) return error;
  if ('syscall' in error) return error;
  return new RootimgError('bundle-damaged', `${bundle} cannot be read: ${error.message}.`, {
    cause: error,
    hint: 'imgexport writes a tar file, compressed with gzip.',
  });
}
