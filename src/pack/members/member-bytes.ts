import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { toPath } from '../../base/bytes.ts';
import type { Member } from './member-table.ts';
import { isMissing, type Tree } from '../../system/tree/open-tree.ts';

/**
 * The first bytes of a regular file as it goes into the image; none when they cannot be read, which the
 * writer will tell.
 */
export function headOf(root: Tree, member: Member, length: number): Buffer {
  const content = member.override?.content;
  if (Buffer.isBuffer(content)) return content.subarray(0, length);
  if (content !== undefined) return readRange(toPath(content.source), 0, length);
  return treeHead(root, member.path, length);
}

/** The first bytes of a regular file of the tree, whatever goes into the image in its place. */
export function treeHead(root: Tree, path: string, length: number): Buffer {
  return treeRange(root, path, 0, length);
}

/** Bytes of a regular file of the tree, fewer at its end; none when they cannot be read. */
export function treeRange(root: Tree, path: string, offset: number, length: number): Buffer {
  try {
    return readRange(root.at(path), offset, length);
  } catch (error) {
    if (isMissing(error)) return Buffer.alloc(0);
    throw error;
  }
}

/** The same of a file by its path, whose last part is not followed. */
export function readRange(path: string | Buffer, offset: number, length: number): Buffer {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(fd);
      const wanted = stats.isFile() ? Math.max(0, Math.min(length, stats.size - offset)) : 0;
      const buffer = Buffer.alloc(wanted);
      let filled = 0;
      for (let read = 1; read > 0 && filled < wanted; filled += read) {
        read = readSync(fd, buffer, filled, wanted - filled, offset + filled);
      }
      return buffer.subarray(0, filled);
    } finally {
      closeSync(fd);
    }
  } catch {
    return Buffer.alloc(0);
  }
}
