import { type Tree } from '../../../system/tree/open-tree.ts';
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

/** The header of a member with its name, padded; binary. */
export function cpioHeader(header: Header): string {
  const fields = [
    ...[header.inode, header.mode, header.uid, header.gid, header.links, header.mtime, header.size],
    ...[0, 0, header.major, header.minor, header.name.length + 1, 0],
  ];
  const text = `070701${fields.map(hex8).join('')}${header.name}\0`;
  return text.padEnd(Math.ceil(text.length / 4) * 4, '\0');
}

/** Each byte as two digits: a hundred thousand headers are made of them. */
const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex8(value: number): string {
  const byte = (shift: number) => hexBytes[(value >>> shift) & 0xff] ?? '';
  return byte(24) + byte(16) + byte(8) + byte(0);
}

/**
 * Writes the members as a cpio archive in the newc format, as the kernel and GNU cpio read it: inodes
 * numbered anew, so that no two files fall together in 32 bits; of hard links the last one carries the bytes.
 * `times` clamps them. `beforeEnd` may add members that are only known when all others have been written.
 */
export async function writeCpio(
  out: ChunkWriter,
  root: Tree,
  members: MemberTable,
  times: TimeRange,
  onMember: (member: Member) => void,
  beforeEnd: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const groups = linkCounts(members);
  const known = members.length;
  let inode = 0;
  const turn = turns();
  for (let index = 0; ; index++) {
    if (index === known) await beforeEnd();
    if (index >= members.length) break;
    const others = turn();
    if (others !== undefined) await others;
    const member = members.at(index);
    onMember(member);
    const group = groups.get(member.link);
    if (group !== undefined) {
      group.inode ||= ++inode;
      group.left -= 1;
    } else inode += 1;
    const target = isSymlink(member.mode) ? linkTarget(root, member) : undefined;
    const carries = isRegular(member.mode) && (group === undefined || group.left === 0);
    const header = cpioHeader({
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
    if (out.room < header.length + (target?.length ?? 0)) await out.flush();
    out.addText(header);
    if (target !== undefined) out.addText(target);
    // Waited for only where it must be: a promise takes longer than a small file.
    const content = carries ? addContent(out, root, member) : undefined;
    if (content !== undefined) await content;
    const padding = padTo(out, 4);
    if (padding !== undefined) await padding;
  }
  const end = { inode: 0, mode: 0, uid: 0, gid: 0, links: 1, mtime: 0, size: 0, major: 0, minor: 0 };
  if (out.room < 1024) await out.flush();
  out.addText(cpioHeader({ ...end, name: 'TRAILER!!!' }));
  await padTo(out, 512);
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
