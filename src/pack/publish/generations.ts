import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextFile } from '../../base/regular-file.ts';
import { bootEntriesName, parseBootEntries } from '../../plan/boot-entries.ts';
import { generationsName } from '../../plan/generation.ts';
import { type Manifest, manifestName, parseManifest } from '../../plan/manifest.ts';
import { flushFile } from '../../base/flush.ts';
import { readIfThere } from '../../base/read-if-there.ts';
import { temporaryPath } from '../../system/temp.ts';
import { unfinishedRollback } from './rollback-mark.ts';

/** One kept set of kernel, initrd, packed root and manifest. */
export interface Generation {
  readonly number: number;
  readonly folder: string;
  /** Undefined when it cannot be read. */
  readonly manifest: Manifest | undefined;
}

/** The folder of a generation. */
export function generationDir(rootimgdir: string, number: number): string {
  return join(rootimgdir, generationsName, String(number));
}

/** The numbers of the sets that are kept, ascending. */
export async function generationNumbers(rootimgdir: string): Promise<number[]> {
  const names = await readdir(join(rootimgdir, generationsName)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** The sets that are kept, oldest first. */
export async function listGenerations(rootimgdir: string): Promise<Generation[]> {
  const numbers = await generationNumbers(rootimgdir);
  return Promise.all(
    numbers.map(async (number) => {
      const folder = generationDir(rootimgdir, number);
      return { number, folder, manifest: await readManifest(folder) };
    }),
  );
}

/** The manifest in a folder, or undefined. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  return parseManifest(await readTextFile(join(folder, manifestName)).catch(() => ''));
}

/** The number of the set that is published now, or undefined. */
export async function currentGeneration(rootimgdir: string): Promise<number | undefined> {
  return (await readManifest(rootimgdir))?.pack?.generation;
}

/**
 * Generations that boot entries point at: those whose file still exists. Throws `boot-entries` when the list
 * cannot be read, because then nobody knows what may go.
 */
export async function entriesOf(rootimgdir: string): Promise<ReadonlyMap<number, readonly string[]>> {
  const path = join(rootimgdir, bootEntriesName);
  const files = new Map<number, string[]>();
  for (const { file, generation } of parseBootEntries(await readIfThere(path), path)) {
    const there = await stat(file).catch(() => undefined);
    if (there !== undefined) files.set(generation, [...(files.get(generation) ?? []), file]);
  }
  return files;
}

/**
 * Removes all but the newest `keep` sets, the published one (`current`), the one of a rollback that was cut
 * off, and those that boot entries point at. Gives the numbers. Only for the holder of the folder's lock.
 */
export async function pruneGenerations(
  rootimgdir: string,
  keep: number,
  current: number | undefined,
): Promise<number[]> {
  const all = await generationNumbers(rootimgdir);
  const entries = await entriesOf(rootimgdir);
  const unfinished = (await unfinishedRollback(rootimgdir))?.generation;
  const old = all
    .slice(0, Math.max(0, all.length - keep))
    .filter((number) => number !== current && number !== unfinished && !entries.has(number));
  if (old.length === 0) return old;
  // Gone for readers at once, and swept by the next run when this one is killed.
  const doomed = old.map((number) => ({
    from: generationDir(rootimgdir, number),
    to: temporaryPath(rootimgdir, `generation-${number}`),
  }));
  for (const { from, to } of doomed) await rename(from, to);
  // No set may come back half removed.
  for (const folder of [rootimgdir, join(rootimgdir, generationsName)]) await flushFile(folder);
  for (const { to } of doomed) await rm(to, { recursive: true });
  return old;
}
