import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { RootimgError } from '../../base/errors.ts';
import { toPath, toShown } from '../../base/bytes.ts';
import { addAll, type ChunkWriter } from '../streams/chunk-writer.ts';
import type { Extents } from './extents.ts';
import type { Member } from './member-table.ts';
import { treePath } from './tree-entry.ts';

/** The target of a symbolic link, binary. */
export function linkTarget(root: string, member: Member): string {
  if (member.override !== undefined) return member.override.target ?? '';
  const target = reading(member.path, () => readlinkSync(toPath(treePath(root, member.path)), 'latin1'));
  if (target.length !== member.size) throw changed(member.path);
  return target;
}

/**
 * Adds the bytes of a regular file, exactly as many as the member says, or those of some extents. Throws `file-changed` or `unreadable`, naming the file, when it is not
 * the one any more that was selected.
 */
export async function addContent(
  out: ChunkWriter,
  root: string,
  member: Member,
  extents: Extents = [{ offset: 0, length: member.size }],
): Promise<void> {
  const content = member.override?.content;
  if (Buffer.isBuffer(content)) return addAll(out, content);
  if (member.override !== undefined && content === undefined) return;
  await addFile(out, content?.source ?? treePath(root, member.path), member, extents);
}

async function addFile(out: ChunkWriter, path: string, member: Member, extents: Extents): Promise<void> {
  const follow = member.override === undefined ? constants.O_NOFOLLOW : 0;
  const fd = reading(path, () => openSync(toPath(path), constants.O_RDONLY | constants.O_NONBLOCK | follow));
  try {
    for (const { offset, length } of extents) {
      for (let at = offset, left = length; left > 0;) {
        if (out.room === 0) await out.flush();
        const space = out.space(left);
        const read = reading(path, () => readSync(fd, space, 0, space.length, at));
        if (read === 0) throw changed(path);
        out.advance(read);
        at += read;
        left -= read;
      }
    }
    const stats = fstatSync(fd);
    if (stats.size !== member.size || Math.floor(stats.mtimeMs / 1000) !== member.mtime) throw changed(path);
  } finally {
    closeSync(fd);
  }
}

function reading<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    if (code === 'ENOENT' || code === 'ELOOP') throw changed(path);
    throw new RootimgError('unreadable', `${toShown(path)} cannot be read: ${code}.`, { cause });
  }
}

function changed(path: string): RootimgError {
  return new RootimgError('file-changed', `${toShown(path)} changed while the image was being packed.`, {
    hint: 'Nothing was published. Pack again when nobody works in the tree.',
  });
}
