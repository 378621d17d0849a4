import { readRegularFileSync, refuseLarger } from '../../base/regular-file.ts';
import { type Tree } from '../../system/tree/open-tree.ts';
import { fileErrorWords, RootimgError } from '../../base/errors.ts';
import { toPath, toShown } from '../../base/bytes.ts';
import { isFolder, isRegular, isSymlink } from './mode.ts';
import { placeBy, type Standing, treeLook } from '../../system/tree/place-in-tree.ts';
import { treeRange } from './member-bytes.ts';
import { lookAt, namesIn } from './tree-entry.ts';
import { impliedFolder, type Override, type Overrides, type SourceFile } from './override.ts';

/** The image as the tree and the overrides up to now make it. Paths are binary, without `./`. */
export interface ImageSoFar {
  /** What stands at a path, links not followed. */
  look(path: string): Standing | undefined;
  isFolder(path: string): boolean;
  /** Where a path really lies, links followed as inside the image. Throws `link-loop`, `not-a-folder`. */
  place(path: string, options?: { followLast?: boolean }): string;
  /** The regular file at a path; undefined when none is there. */
  file(path: string): FileSoFar | undefined;
  /**
   * Puts something in, with the folders it lies in; takes the place of all but a folder that is not empty.
   * Throws `not-empty`.
   */
  put(override: Override): void;
}

export interface FileSoFar {
  readonly bytes: Buffer;
  readonly values: Pick<Override, 'mode' | 'uid' | 'gid'>;
  /** False when nothing of it comes from the tree. */
  readonly fromTree: boolean;
}

export function imageSoFar(overrides: Overrides, root: Tree): ImageSoFar {
  const inTree = treeLook(root);

  /** True when an override hides what the tree has at this path. */
  const isHidden = (path: string): boolean => {
    for (let cut = path.lastIndexOf('/'); cut !== -1; cut = path.lastIndexOf('/', cut - 1)) {
      const above = overrides.get(path.slice(0, cut));
      if (above === undefined) continue;
      if (above.opaque || !isFolder(above.mode) || !(lookAt(root, above.path)?.isDirectory() ?? false))
        return true;
    }
    return false;
  };

  const look = (path: string): Standing | undefined => {
    const override = overrides.get(path);
    if (override !== undefined) return { mode: override.mode, target: () => override.target ?? '' };
    return isHidden(path) ? undefined : inTree(path);
  };
  const folderAt = (path: string) => path === '.' || isFolder(look(path)?.mode ?? 0);

  const isEmpty = (path: string): boolean => {
    const override = overrides.get(path);
    const shows = override === undefined || (!override.opaque && lookAt(root, path)?.isDirectory());
    if (shows && !isHidden(path) && namesIn(root, path).length > 0) return false;
    for (const other of overrides.keys()) if (other.startsWith(`${path}/`)) return false;
    return true;
  };

  const put = (override: Override): void => {
    const { path } = override;
    if (!isFolder(override.mode) && folderAt(path) && !isEmpty(path)) {
      throw new RootimgError(
        'not-empty',
        `${toShown(path)} in the image is a folder that is not empty: no file can take its place.`,
      );
    }
    for (let cut = path.indexOf('/'); cut !== -1; cut = path.indexOf('/', cut + 1)) {
      const parent = path.slice(0, cut);
      if (look(parent) === undefined) overrides.set(parent, impliedFolder(parent));
    }
    overrides.set(path, override);
  };

  return {
    look,
    isFolder: folderAt,
    place: (path, options) => placeBy(look, path, options),
    file: (path) => {
      const found = look(path);
      if (found === undefined || !isRegular(found.mode)) return undefined;
      return overrides.has(path) ? fileOf(overrides.get(path)) : treeFile(root, path);
    },
    put,
  };
}

/** True when a standing is a symbolic link. */
export function isLink(standing: Standing | undefined): boolean {
  return standing !== undefined && isSymlink(standing.mode);
}

function fileOf(override: Override | undefined): FileSoFar | undefined {
  if (override === undefined) return undefined;
  const { path, content, mode, uid, gid, fromTree = false } = override;
  const read = () => readRegularFileSync(toPath((content as SourceFile | undefined)?.source ?? '/dev/null'));
  const bytes = Buffer.isBuffer(content) ? content : readable(path, read);
  return { bytes, values: { mode, uid, gid }, fromTree };
}

function treeFile(root: Tree, path: string): FileSoFar | undefined {
  const stats = lookAt(root, path);
  if (stats === undefined) return undefined;
  const { mode, uid, gid } = stats;
  const bytes = readable(path, () => {
    refuseLarger(path, stats.size);
    return treeRange(root, path, 0, stats.size);
  });
  return { bytes, values: { mode, uid, gid }, fromTree: true };
}

/** A file that lines are put into or taken from. */
function readable(path: string, read: () => Buffer): Buffer {
  try {
    return read();
  } catch (cause) {
    const message = `${toShown(path)} in the image cannot be read: ${fileErrorWords(cause)}.`;
    throw new RootimgError('unreadable', message, { cause });
  }
}
