import type { Tree } from '../../../system/tree/open-tree.ts';
import { type Pass, passNear } from '../../../system/tree/pass-near.ts';
import { type ChunkWriter, padTo } from '../../streams/chunk-writer.ts';
import { turns } from '../../../system/turns.ts';
import { addContent, linkTarget } from '../../members/content.ts';
import { clampTime, type TimeRange } from '../times.ts';
import type { Member, MemberTable } from '../../members/member-table.ts';
import { isFolder, isRegular, isSymlink } from '../../members/mode.ts';

/**
 * What one header says (cpio newc: fourteen fields of 8 hex digits; device numbers of the file system are
 * always 0).
 */
interface Header {
  readonly inode: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly mtime: number;
  readonly size: number;
  readonly major: number;
  readonly minor: number;
  readonly name: string;
}

/** Bytes of a header without the name. */
const headerSize = 110;

const hexDigits = Buffer.from('0123456789abcdef', 'latin1');

/** Adds the header of a member with its name, padded: digit by digit, since there are hundreds of thousands. */
export function addHeader(out: ChunkWriter, header: Header): void {
  const size = headerLength(header.name);
  const space = out.space(size);
  space.write('070701', 'latin1');
  const { inode, mode, uid, gid, links, mtime, major, minor, name } = header;
  let at = 6;
  for (const value of [
    inode,
    mode,
    uid,
    gid,
    links,
    mtime,
    header.size,
    0,
    0,
    major,
    minor,
    name.length + 1,
    0,
  ]) {
    for (let digit = 7, rest = value; digit >= 0; digit--, rest >>>= 4) {
      space[at + digit] = hexDigits[rest & 0xf] ?? 0;
    }
    at += 8;
  }
  space.write(name, headerSize, 'latin1');
  space.fill(0, headerSize + name.length);
  out.advance(size);
}

/** Bytes of a header with its name, padded to whole words of four. */
function headerLength(name: string): number {
  return Math.ceil((headerSize + name.length + 1) / 4) * 4;
}

/**
 * Writes the members as a cpio archive in the newc format, as the kernel and GNU cpio read it: inodes
 * numbered anew, so that no two files fall together in 32 bits; of hard links the last one carries the bytes.
 * `times` clamps them. `beforeEnd` may add members that are only known when all others have been written.
 */
export function writeCpio(...job: Parameters<typeof cpioPass>): Promise<void> {
  const [, root] = job;
  return passNear(root, cpioPass(...job));
}

function* cpioPass(
  out: ChunkWriter,
  root: Tree,
  members: MemberTable,
  times: TimeRange,
  onMember: (member: Member) => void,
  beforeEnd: () => Promise<void> = () => Promise.resolve(),
): Pass {
  const groups = linkCounts(members);
  const known = members.length;
  let inode = 0;
  const turn = turns();
  for (let index = 0; ; index++) {
    if (index === known) yield beforeEnd();
    if (index >= members.length) break;
    const others = turn();
    if (others !== undefined) yield others;
    const member = members.at(index);
    onMember(member);
    const group = groups.get(member.link);
    if (group !== undefined) {
      group.inode ||= ++inode;
      group.left -= 1;
    } else inode += 1;
    const target = isSymlink(member.mode) ? linkTarget(root, member) : undefined;
    const carries = isRegular(member.mode) && (group === undefined || group.left === 0);
    const room = headerLength(member.path) + (target?.length ?? 0);
    if (out.room < room) yield out.flush();
    addHeader(out, {
      inode: group?.inode ?? inode,
      mode: member.mode,
      uid: member.uid,
      gid: member.gid,
      links: group?.total ?? (isFolder(member.mode) ? 2 : 1),
      mtime: clampTime(member.mtime, times),
      size: target?.length ?? (carries ? member.size : 0),
      major: member.major,
      minor: member.minor,
      name: member.path,
    });
    if (target !== undefined) out.addText(target);
    // Waited for only where it must be: a promise takes longer than a small file.
    const content = carries ? addContent(out, root, member) : undefined;
    if (content !== undefined) yield content;
    const padding = padTo(out, 4);
    if (padding !== undefined) yield padding;
  }
  const end = { inode: 0, mode: 0, uid: 0, gid: 0, links: 1, mtime: 0, size: 0, major: 0, minor: 0 };
  if (out.room < 1024) yield out.flush();
  addHeader(out, { ...end, name: 'TRAILER!!!' });
  yield padTo(out, 512);
}

/**
 * How many members each file with several names has in the archive; a file of which only one name is in it is
 * like any other.
 */
function linkCounts(members: MemberTable): Map<number, { total: number; left: number; inode: number }> {
  const groups = new Map<number, { total: number; left: number; inode: number }>();
  for (let index = 0; index < members.length; index++) {
    const link = members.linkAt(index);
    if (link === 0) continue;
    const group = groups.get(link) ?? { total: 0, left: 0, inode: 0 };
    group.total += 1;
    group.left += 1;
    groups.set(link, group);
  }
  for (const [link, group] of groups) if (group.total === 1) groups.delete(link);
  return groups;
}
