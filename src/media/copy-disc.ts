import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../base/errors.ts';
import type { Phase } from '../report/reporter.ts';
import { throwIfStopped } from '../system/signals.ts';
import { unpackArchive } from './archive.ts';
import { copyFolder } from './folder.ts';
import { type Medium, mediumBytes, type MediumEntry } from './medium.ts';

/**
 * Copies one disc into `folder`, then compares what is there with its table of contents. Files that are whole
 * already stay as they are.
 */
export async function copyDisc(medium: Medium, folder: string, phase: Phase): Promise<void> {
  await mkdir(folder, { recursive: true });
  await removeUnfinished(medium, folder);
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  const total = megabytes(mediumBytes(medium));
  const sizes = new Map(medium.entries.map((entry) => [entry.path, entry.size ?? 0]));
  let bytes = 0;
  const onMember = (member: string): void => {
    phase.progress(member, megabytes(bytes), total);
    bytes += sizes.get(member.replace(/^\.\//, '')) ?? 0;
  };
  if (medium.kind === 'archive') await unpackArchive(medium.path, folder, onMember);
  else await copyFolder(medium, folder, onMember);
  await verify(medium, folder);
}

/** Bytes of a disc that are not yet in `folder`. */
export async function missingBytes(medium: Medium, folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of medium.entries) {
    const there = await lstat(join(folder, entry.path)).catch(() => undefined);
    if (there === undefined || !isWhole(entry, there)) bytes += entry.size ?? 0;
  }
  return bytes;
}

/**
 * Takes away what a killed copy, or another disc, left under a name of this disc: a file gets its time only
 * when it is whole.
 */
async function removeUnfinished(medium: Medium, folder: string): Promise<void> {
  for (const entry of medium.entries) {
    throwIfStopped();
    const path = join(folder, entry.path);
    const there = await lstat(path).catch(() => undefined);
    if (there === undefined || isWhole(entry, there)) continue;
    await rm(path, { recursive: true, force: true });
  }
}

type Found = Awaited<ReturnType<typeof lstat>>;

function isWhole(entry: MediumEntry, found: Found): boolean {
  if (entry.type === 'folder') return found.isDirectory();
  // A link is made in one step, but may be another disc's.
  if (entry.type === 'link') return false;
  return hasSize(entry, found) && Math.floor(Number(found.mtimeMs) / 1000) === entry.mtime;
}

function hasSize(entry: MediumEntry, found: Found): boolean {
  return found.isFile() && (entry.size === undefined || Number(found.size) === entry.size);
}

/**
 * Everything on the disc must be there, whole; and readable by the web server, writable by nobody else, and
 * no program that runs as its owner, whatever modes the medium has.
 */
async function verify(medium: Medium, folder: string): Promise<void> {
  const wrong: string[] = [];
  for (const entry of medium.entries) {
    throwIfStopped();
    const path = join(folder, entry.path);
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined || !isRight(entry, found)) {
      wrong.push(entry.path);
      continue;
    }
    if (entry.type === 'link') continue;
    const mode = Number(found.mode) & 0o7777;
    const wanted = (mode & 0o755) | (entry.type === 'folder' ? 0o755 : 0o444);
    if (mode !== wanted) await chmod(path, wanted);
  }
  if (wrong.length === 0) return;
  throw new RootimgError(
    'copy-incomplete',
    `${wrong.length} files of ${medium.path} were not copied whole.`,
    {
      details: wrong.slice(0, 12).map((path) => `  ${path}`),
      hint: 'The medium is damaged, or it changed meanwhile: compare its checksum with the published one.',
    },
  );
}

function isRight(entry: MediumEntry, found: Found): boolean {
  if (entry.type === 'folder') return found.isDirectory();
  if (entry.type === 'link') return found.isSymbolicLink();
  return hasSize(entry, found);
}
