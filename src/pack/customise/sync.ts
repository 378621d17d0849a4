import { readFileSync, statSync } from 'node:fs';
import { formatOrigin, type Problem, RootimgError, throwProblems } from '../../base/errors.ts';
import type { SyncEntry } from '../../plan/pack-plan.ts';
import { mergeAccounts } from './accounts.ts';
import { toBinary, toPath, toShown } from '../select/bytes.ts';
import { copyIn, type CopyManner } from './copy-in.ts';
import { isFolder, isRegular } from '../select/mode.ts';
import type { Override, Overrides } from './override.ts';
import { placeInTree } from '../select/place.ts';
import { lookAt, treePath } from '../select/tree-entry.ts';

/**
 * Adds what the synclists bring: copies (xCAT: rsync -Lpot, so links are followed, owner, mode and time kept), then appends and merges, which
 * see what came before them. Nothing is written. Throws all problems at once, each with its line.
 */
export function addSyncEntries(
  overrides: Overrides,
  root: string,
  entries: readonly SyncEntry[],
  warn: (message: string) => void,
): void {
  const problems: Problem[] = [];
  for (const entry of entries) {
    for (const source of entry.sources) {
      try {
        if (entry.kind === 'copy') copyEntry(overrides, root, entry, source, warn);
        else changeFile(overrides, root, entry, source);
      } catch (error) {
        problems.push(problemOf(error, entry, source));
      }
    }
  }
  throwProblems(problems);
}

function problemOf(error: unknown, entry: SyncEntry, source: string): Problem {
  if (error instanceof RootimgError)
    return { code: error.code, message: error.message, origin: entry.origin };
  if (!(error instanceof Error && 'code' in error)) throw error;
  const { code, path = source } = error as NodeJS.ErrnoException;
  // A path of bytes that are no ASCII comes as a Buffer.
  return { code: 'sync-source', message: `${String(path)} cannot be read: ${code}.`, origin: entry.origin };
}

/** True when the path will be a folder in the image. */
function isFolderInImage(overrides: Overrides, root: string, path: string): boolean {
  const override = overrides.get(path);
  return override === undefined ? (lookAt(root, path)?.isDirectory() ?? false) : isFolder(override.mode);
}

function copyEntry(
  overrides: Overrides,
  root: string,
  entry: SyncEntry,
  source: string,
  warn: (message: string) => void,
): void {
  const manner: CopyManner = {
    followLinks: true,
    metadata: (stats) => ({ mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid }),
    folderAt: (path) => {
      const followed = placeInTree(root, path, { followLast: true });
      return isFolderInImage(overrides, root, followed) ? followed : path;
    },
    onSkipped: (path) =>
      warn(`${formatOrigin(entry.origin)}: ${toShown(path)} is no file and is not copied.`),
  };
  copyIn(overrides, toBinary(source), destinationOf(overrides, root, entry, source), manner);
}

/** xCAT: a folder goes into the destination, unless both have the same name; a file goes into what ends in `/` or is a folder. */
function destinationOf(overrides: Overrides, root: string, entry: SyncEntry, source: string): string {
  const wanted = toBinary(entry.destination);
  const base = toBinary(source.slice(source.lastIndexOf('/') + 1));
  const followed = placeInTree(root, wanted, { followLast: true });
  const sourceIsFolder = statSync(source).isDirectory();
  const sameName = wanted.endsWith(`/${base}`);
  const into =
    wanted.endsWith('/') || (sourceIsFolder ? !sameName : isFolderInImage(overrides, root, followed));
  if (into) return followed === '.' ? base : `${followed}/${base}`;
  return sourceIsFolder ? followed : placeInTree(root, wanted);
}

/** APPEND and MERGE: the file as the image has it so far, with the source's lines. */
function changeFile(overrides: Overrides, root: string, entry: SyncEntry, source: string): void {
  const path = placeInTree(root, toBinary(entry.destination), { followLast: true });
  const current = fileSoFar(overrides, root, path);
  if (current === undefined) {
    const verb = entry.kind === 'append' ? 'appended' : 'merged';
    throw new RootimgError(
      'sync-target',
      `${entry.destination} is no file in the image: nothing can be ${verb}.`,
    );
  }
  const addition = readFileSync(source);
  const content =
    entry.kind === 'append'
      ? Buffer.concat([current.bytes, addition])
      : Buffer.from(mergeAccounts(current.bytes.toString('latin1'), addition.toString('latin1')), 'latin1');
  overrides.set(path, { ...current.values, path, content });
}

/** The bytes, owner and mode of a regular file as the image has it so far: what an override says, else the tree. */
export function fileSoFar(
  overrides: Overrides,
  root: string,
  path: string,
): { bytes: Buffer; values: Pick<Override, 'mode' | 'uid' | 'gid'> } | undefined {
  const override = overrides.get(path);
  if (override !== undefined) {
    if (!isRegular(override.mode)) return undefined;
    const { content, mode, uid, gid } = override;
    const bytes = Buffer.isBuffer(content) ? content : readFileSync(toPath(content?.source ?? '/dev/null'));
    return { bytes, values: { mode, uid, gid } };
  }
  const stats = lookAt(root, path);
  if (stats === undefined || !stats.isFile()) return undefined;
  const { mode, uid, gid } = stats;
  return { bytes: readFileSync(toPath(treePath(root, path))), values: { mode, uid, gid } };
}
