import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { RootimgError } from '../../base/errors.ts';
import { toPath, toShown } from '../../base/bytes.ts';
import { addAll, type ChunkWriter } from '../streams/chunk-writer.ts';
import type { Extents } from './extents.ts';
import type { Member } from './member-table.ts';
import { targetInTree, type Tree } from '../../system/tree/open-tree.ts';
import { openInTree } from '../../system/tree/tree-files.ts';

/** The target of a symbolic link, binary. */
export function linkTarget(root: Tree, member: Member): string {
  if (member.override !== undefined) return member.override.target ?? '';
  const target = reading(member.path, () => targetInTree(root, member.path));
  if (target.length !== member.size) throw changedWhilePacking(member.path);
  return target;
}

/**
 * Adds the bytes of a regular file, exactly as many as the member says, or those of some extents. Throws
 * `file-changed` or `unreadable`, naming the file, when it is not the one any more that was selected.
 */
export async function addContent(
  out: ChunkWriter,
  root: Tree,
  member: Member,
  extents: Extents = [{ offset: 0, length: member.size }],
): Promise<void> {
  const content = member.override?.content;
  if (Buffer.isBuffer(content)) return addAll(out, content);
  if (member.override !== undefined && content === undefined) return;
  await addFile(
    out,
    content === undefined ? openMember(root, member) : openSource(content.source),
    member,
    extents,
  );
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
  return stats.ino === ino && stats.dev === dev;
}

/** Opens a file of this host that stands for a member; it may be reached through links. */
export function openSource(path: string): OpenFile {
  return { path, fd: reading(path, () => openSync(toPath(path), constants.O_RDONLY | constants.O_NONBLOCK)) };
}

async function addFile(
  out: ChunkWriter,
  { fd, path }: OpenFile,
  member: Member,
  extents: Extents,
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
    const stats = fstatSync(fd);
    if (stats.size !== member.size || Math.floor(stats.mtimeMs / 1000) !== member.mtime)
      throw changedWhilePacking(path);
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
