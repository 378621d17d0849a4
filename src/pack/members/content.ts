import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { RootimgError } from '../../base/errors.ts';
import { toPath, toShown } from '../../base/bytes.ts';
import { addAll, type ChunkWriter } from '../streams/chunk-writer.ts';
import type { Extents } from './extents.ts';
import type { Member } from './member-table.ts';
import { targetInTree, type Tree } from '../../system/tree/open-tree.ts';
import { openAnyInTree, openInTree } from '../../system/tree/tree-files.ts';

/** The target of a symbolic link, binary. */
export function linkTarget(root: Tree, member: Member): string {
  if (member.override !== undefined) return member.override.target ?? '';
  const target = reading(member.path, () => targetInTree(root, member.path));
  if (target.length !== member.size) throw changedWhilePacking(member.path);
  return target;
}

/**
 * Adds the bytes of a regular file, exactly as many as the member says, or those of some extents; a promise only
 * where they do not fit into the chunk. Throws `file-changed` or `unreadable`, naming the file, when it is not the
 * one any more that was selected.
 */
export function addContent(
  out: ChunkWriter,
  root: Tree,
  member: Member,
  extents?: Extents,
): Promise<void> | undefined {
  const { override } = member;
  if (override === undefined) {
    if (extents === undefined && member.size <= out.room) return addAtOnce(out, root, member);
    return addFile(out, openMember(root, member), member, extents);
  }
  const { content } = override;
  if (content === undefined) return undefined;
  return Buffer.isBuffer(content)
    ? addAll(out, content)
    : addFile(out, openSource(content.source), member, extents);
}

/**
 * Of the many small files each call of the system counts: what was opened is looked at when it has been read, and
 * what was read stands for nothing before.
 */
function addAtOnce(out: ChunkWriter, root: Tree, member: Member): undefined {
  const { size } = member;
  const path = `${root.root}/${member.path}`;
  const fd = reading(path, () => openAnyInTree(root, member.path));
  try {
    const space = out.space(size);
    for (let filled = 0; filled < size;) {
      const read = readSync(fd, space, filled, size - filled, filled);
      if (read === 0) throw changedWhilePacking(path);
      filled += read;
    }
    const stats = fstatSync(fd);
    if (!isSelected(stats, member) || !isUnchanged(stats, member)) throw changedWhilePacking(path);
    out.advance(size);
  } catch (error) {
    // A folder or a pipe in its place cannot be read.
    if (!isSelected(fstatSync(fd), member)) throw changedWhilePacking(path);
    reading(path, () => {
      throw error;
    });
  } finally {
    closeSync(fd);
  }
}

export interface OpenFile {
  readonly fd: number;
  /** For messages. */
  readonly path: string;
}

/** Opens a member in the tree. Throws `file-changed` when it is another file than the selected one. */
export function openMember(root: Tree, member: Member): OpenFile {
  const path = `${root.root}/${member.path}`;
  return reading(path, () => {
    const { fd, stats } = openInTree(root, member.path);
    if (isSelected(stats, member)) return { fd, path };
    closeSync(fd);
    throw changedWhilePacking(path);
  });
}

function isSelected(stats: Stats, { dev, ino }: Member): boolean {
  return stats.ino === ino && stats.dev === dev && stats.isFile();
}

function isUnchanged({ size, mtimeMs }: Stats, member: Member): boolean {
  return size === member.size && Math.floor(mtimeMs / 1000) === member.mtime;
}

/** Opens a file of this host that stands for a member; it may be reached through links. */
export function openSource(path: string): OpenFile {
  return { path, fd: reading(path, () => openSync(toPath(path), constants.O_RDONLY | constants.O_NONBLOCK)) };
}

async function addFile(
  out: ChunkWriter,
  { fd, path }: OpenFile,
  member: Member,
  extents: Extents = [{ offset: 0, length: member.size }],
): Promise<void> {
  try {
    for (const { offset, length } of extents) {
      for (let at = offset, left = length; left > 0;) {
        if (out.room === 0) await out.flush();
        const space = out.space(left);
        const read = reading(path, () => readSync(fd, space, 0, space.length, at));
        if (read === 0) throw changedWhilePacking(path);
        out.advance(read);
        at += read;
        left -= read;
      }
    }
    if (!isUnchanged(fstatSync(fd), member)) throw changedWhilePacking(path);
  } finally {
    closeSync(fd);
  }
}

/** What opening says of a name that had a regular file. */
const gone = new Set(['ENOENT', 'ELOOP', 'ENOTDIR', 'ENOTREG', 'ENXIO']);

/** Throws `file-changed` where `path` is not what was selected any more, `unreadable` for all else. */
export function reading<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    if (cause instanceof RootimgError) throw cause;
    if (gone.has(code)) throw changedWhilePacking(path);
    throw new RootimgError('unreadable', `${toShown(path)} cannot be read: ${code}.`, { cause });
  }
}

/** The error for what is not the selected one any more; binary path. */
export function changedWhilePacking(path: string): RootimgError {
  return new RootimgError('file-changed', `${toShown(path)} changed while the image was being packed.`, {
    hint: 'Nothing was published. Pack again when nobody works in the tree.',
  });
}
