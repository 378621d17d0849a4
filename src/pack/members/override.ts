import { fileType } from './mode.ts';

/**
 * What a pack puts at a path of the image in place of, or besides, what the tree has there; the tree itself
 * stays as it is. It feeds every writer alike. Paths are binary, relative to the root, without `./`.
 */
export interface Override {
  readonly path: string;
  /** With the file type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch; the time of the pack when absent. */
  readonly mtime?: number;
  /** Of a regular file: its bytes, or the file of this machine that holds them. */
  readonly content?: Buffer | SourceFile;
  /** Of a symbolic link; binary. */
  readonly target?: string;
  /** Of a folder: what the tree has in it is not in the image. */
  readonly opaque?: boolean;
  /** Of a regular file: its content is what the tree has there, changed. */
  readonly fromTree?: boolean;
}

export interface SourceFile {
  /** Binary, absolute. */
  readonly source: string;
  readonly size: number;
  /** See MemberValues. */
  readonly stored?: number | undefined;
}

/** Overrides by path; a later one for the same path replaces the earlier one. */
export type Overrides = Map<string, Override>;

export const rootOwned = { uid: 0, gid: 0 } as const;

/** A folder that is there only because something lies in it. */
export function impliedFolder(path: string): Override {
  return { path, mode: fileType.folder | 0o755, ...rootOwned };
}

/** Bytes of content that a writer will get. */
export function contentSize(override: Override): number {
  if (override.target !== undefined) return override.target.length;
  if (override.content === undefined) return 0;
  return Buffer.isBuffer(override.content) ? override.content.length : override.content.size;
}

/** Names that overrides add to each folder: folder (binary, `.` for the root) → names. */
export function namesByFolder(overrides: Overrides): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const path of overrides.keys()) {
    let rest = path;
    while (rest !== '.') {
      const cut = rest.lastIndexOf('/');
      const folder = cut === -1 ? '.' : rest.slice(0, cut);
      const known = names.get(folder);
      if (known !== undefined) known.add(rest.slice(cut + 1));
      else names.set(folder, new Set([rest.slice(cut + 1)]));
      rest = folder;
    }
  }
  return names;
}
