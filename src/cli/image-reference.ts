import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileErrorWords, RootimgError } from '../base/errors.ts';
import { isFolder } from '../base/exists.ts';
import { readTextFile } from '../base/regular-file.ts';
import { generationsName } from '../plan/generation.ts';
import { type Manifest, manifestName, parseManifest } from '../plan/manifest.ts';
import { findTreePlace } from '../system/tree/tree-place.ts';
import type { DefinitionOptions } from './definitions/definitions.ts';
import { findImageFolder } from './image-folder.ts';
import type { CommandIo } from './io.ts';

/** An image as a command names it: a definition, one of its generations, or a manifest by its file. */
export interface ReferredImage {
  /** As it was written. */
  readonly label: string;
  readonly manifest: Manifest;
  /** The packed root that its manifest tells of, where it lies beside it. */
  readonly packed: string | undefined;
  /** Its tree, of the name of an image that has one. */
  readonly tree: string | undefined;
}

/**
 * Finds what `NAME`, `NAME@3` or the path of a manifest (a word with a slash, or one that ends with `.json`)
 * means. Throws when it is not there or not to be read.
 */
export async function findImage(
  io: CommandIo,
  word: string,
  options: DefinitionOptions,
): Promise<ReferredImage> {
  if (word.includes('/') || word.endsWith('.json')) {
    const file = path.resolve(io.cwd, word);
    const manifest = await readNeeded(file);
    return { label: word, manifest, packed: packedIn(path.dirname(file), manifest), tree: undefined };
  }
  const [, name = word, number] = /^(.+)@([1-9]\d*)$/.exec(word) ?? [];
  const { rootimgdir } = await findImageFolder(io, name, options);
  const folder = number === undefined ? rootimgdir : path.join(rootimgdir, generationsName, number);
  const hint =
    number === undefined ? `Build it: genimage ${name}.` : `rootimg history ${name} lists what is kept.`;
  const manifest = await readNeeded(path.join(folder, manifestName), hint);
  const { root } = await findTreePlace(rootimgdir);
  const tree = number === undefined && (await isFolder(root)) ? root : undefined;
  return { label: word, manifest, packed: packedIn(folder, manifest), tree };
}

function packedIn(folder: string, { pack }: Manifest): string | undefined {
  const file = pack && path.join(folder, pack.file);
  return file !== undefined && existsSync(file) ? file : undefined;
}

async function readNeeded(file: string, hint?: string): Promise<Manifest> {
  const more = hint === undefined ? {} : { hint };
  const text = await readTextFile(file).catch((cause: unknown) => {
    throw new RootimgError('no-manifest', `${file} cannot be read: ${fileErrorWords(cause)}.`, {
      ...more,
      cause,
    });
  });
  const manifest = parseManifest(text);
  if (manifest !== undefined) return manifest;
  throw new RootimgError('no-manifest', `${file} is not a manifest that this version understands.`, more);
}
