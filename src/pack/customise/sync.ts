import { readdirSync, type Stats, statSync } from 'node:fs';
import { readRegularFileSync } from '../../base/regular-file.ts';
import {
  fileErrorWords,
  formatOrigin,
  type Problem,
  RootimgError,
  throwProblems,
} from '../../base/errors.ts';
import type { SyncEntry } from '../../plan/pack-plan.ts';
import { mergeAccounts } from './accounts.ts';
import { toBinary, toPath, toShown } from '../../base/bytes.ts';
import { fileType, isFolder } from '../members/mode.ts';
import { copyIn, type CopyManner } from './copy-in.ts';
import { type ImageSoFar, isLink } from '../members/image-so-far.ts';
import { rootOwned } from '../members/override.ts';
import { joined, nameOf } from '../../system/tree/path-parts.ts';

type Warn = (message: string) => void;

/**
 * Adds what the synclists bring, each line as `rsync -Lprogtz` would (xCAT hands it the lines): links are
 * followed, owner, mode and time kept; a link of the image that leads to a folder stays and is followed
 * (rsync -K), because `lib` of an image is one. Appends and merges see what came before them. Nothing is
 * written. Throws all problems at once, each with its line.
 */
export function addSyncEntries(image: ImageSoFar, entries: readonly SyncEntry[], warn: Warn): void {
  const problems: Problem[] = [];
  const attempt = (entry: SyncEntry, source: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      problems.push(problemOf(error, entry, source));
    }
  };
  for (const entry of entries) {
    if (entry.kind === 'copy') {
      const sources: Source[] = [];
      for (const path of entry.sources) attempt(entry, path, () => void sources.push(sourceOf(path)));
      if (sources.length > 0) attempt(entry, '', () => copyEntry(image, entry, sources, { attempt, warn }));
    } else for (const source of entry.sources) attempt(entry, source, () => changeFile(image, entry, source));
  }
  throwProblems(problems);
}

function problemOf(error: unknown, entry: SyncEntry, source: string): Problem {
  if (error instanceof RootimgError)
    return { code: error.code, message: error.message, origin: entry.origin };
  if (!(error instanceof Error && 'code' in error)) throw error;
  const { path = source } = error as NodeJS.ErrnoException;
  // A path of bytes that are no ASCII comes as a Buffer.
  return {
    code: 'sync-source',
    message: `${String(path)} cannot be read: ${fileErrorWords(error)}.`,
    origin: entry.origin,
  };
}

/** One source of an entry. */
interface Source {
  /** Binary, without the slash at its end. */
  readonly path: string;
  /** The content of the folder is meant, not the folder (rsync: a slash at the end). */
  readonly isContent: boolean;
  readonly stats: Stats;
}

function sourceOf(text: string): Source {
  const isContent = text.endsWith('/');
  const path = toBinary(isContent && text !== '/' ? text.slice(0, -1) : text);
  return { path, isContent, stats: statSync(toPath(path)) };
}

interface Hearing {
  readonly attempt: (entry: SyncEntry, source: string, work: () => void) => void;
  readonly warn: Warn;
}

function copyEntry(image: ImageSoFar, entry: SyncEntry, sources: readonly Source[], hearing: Hearing): void {
  const wanted = toBinary(entry.destination);
  const folder = folderOf(image, entry, sources);
  if (folder !== undefined) warnOfSameName(entry, sources, hearing.warn);
  const manner = syncManner(image, entry, hearing.warn);
  for (const { path, isContent } of sources) {
    const to = isContent ? folder : folder && joined(folder, nameOf(path));
    hearing.attempt(entry, path, () => copyIn(path, to ?? image.place(wanted), manner));
  }
}

/**
 * The folder that the sources go into; undefined when the destination is the new name of the one file, or of
 * the one folder that is empty (rsync). It is made when it is not there.
 */
function folderOf(image: ImageSoFar, entry: SyncEntry, sources: readonly Source[]): string | undefined {
  const wanted = toBinary(entry.destination);
  const place = image.place(wanted, { followLast: true });
  if (image.isFolder(place)) return place;
  const needed = wanted.endsWith('/') || entry.sources.length > 1;
  const isThere = image.look(place) !== undefined;
  if (isThere && (needed || sources.some(({ stats }) => stats.isDirectory()))) {
    throw new RootimgError('not-a-folder', `${entry.destination} in the image is not a folder.`);
  }
  if (!needed && !sources.some(hasContent)) return undefined;
  if (isLink(image.look(image.place(wanted)))) {
    throw new RootimgError('not-a-folder', `${entry.destination} in the image is a link that leads nowhere.`);
  }
  image.put({ path: place, mode: fileType.folder | 0o755, ...rootOwned });
  return place;
}

function hasContent({ path, stats }: Source): boolean {
  return stats.isDirectory() && readdirSync(toPath(path)).length > 0;
}

/** `/src/dir -> /dst/dir` makes `/dst/dir/dir` (rsync and xCAT too), which is seldom meant. */
function warnOfSameName({ origin, destination }: SyncEntry, sources: readonly Source[], warn: Warn): void {
  for (const { path, isContent, stats } of sources) {
    const name = nameOf(path);
    if (isContent || !stats.isDirectory() || !toBinary(destination).endsWith(`/${name}`)) continue;
    const shown = toShown(name);
    warn(
      `${formatOrigin(origin)}: the folder ${shown} goes into ${destination}, so that it is ` +
        `${destination}/${shown} in the image; write ${toShown(path)}/ where its content is meant.`,
    );
  }
}

function syncManner(image: ImageSoFar, entry: SyncEntry, warn: Warn): CopyManner {
  // Of two sources with a file of the same name the first counts (rsync).
  const taken = new Map<string, boolean>();
  return {
    followLinks: true,
    metadata: (stats) => ({ mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid }),
    put: (override) => {
      const isDir = isFolder(override.mode);
      let { path } = override;
      if (isDir && isLink(image.look(path))) {
        const place = image.place(path, { followLast: true });
        if (image.isFolder(place)) path = place;
      }
      const before = taken.get(path);
      if (before === undefined || (isDir && !before)) {
        image.put({ ...override, path });
        taken.set(path, isDir);
      }
      return path;
    },
    onSkipped: (path) =>
      warn(`${formatOrigin(entry.origin)}: ${toShown(path)} is not a file and is not copied.`),
  };
}

/** APPEND and MERGE: the file as the image has it so far, with the source's lines. */
function changeFile(image: ImageSoFar, entry: SyncEntry, source: string): void {
  const path = image.place(toBinary(entry.destination), { followLast: true });
  const current = image.file(path);
  if (current === undefined) {
    const verb = entry.kind === 'append' ? 'appended' : 'merged';
    throw new RootimgError(
      'sync-target',
      `${entry.destination} is not a file in the image: nothing can be ${verb}.`,
    );
  }
  const addition = readRegularFileSync(source);
  const content =
    entry.kind === 'append'
      ? Buffer.concat([current.bytes, addition])
      : Buffer.from(mergeAccounts(current.bytes.toString('latin1'), addition.toString('latin1')), 'latin1');
  image.put({ ...current.values, path, content, fromTree: current.fromTree });
}
