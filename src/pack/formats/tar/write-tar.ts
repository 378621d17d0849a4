import type { Tree } from '../../../system/tree/open-tree.ts';
import { type Pass, passNear } from '../../../system/tree/pass-near.ts';
import { addAll, type ChunkWriter, padTo } from '../../streams/chunk-writer.ts';
import { turns } from '../../../system/turns.ts';
import { addContent, linkTarget } from '../../members/content.ts';
import { extentBytes, sparseMap } from '../../members/extents.ts';
import type { HoleIndex } from '../../members/holes.ts';
import { clampTime, type TimeRange } from '../times.ts';
import type { Member, MemberTable } from '../../members/member-table.ts';
import { fileType, isFolder, isRegular, isSymlink } from '../../members/mode.ts';
import { aclText } from './posix-acl.ts';
import {
  blockSize,
  nameLength,
  paxRecords,
  type TarHeader,
  tarHeader,
  type TarRecord,
} from './tar-header.ts';
import type { Xattr, XattrIndex } from '../../members/xattrs.ts';

/** GNU tar's record: readers that take whole records are content. */
const recordSize = 20 * blockSize;

const types: Readonly<Record<number, TarHeader['type']>> = {
  [fileType.regular]: '0',
  [fileType.symlink]: '2',
  [fileType.character]: '3',
  [fileType.block]: '4',
  [fileType.folder]: '5',
  [fileType.fifo]: '6',
};

/**
 * Writes the members as a tar archive in the pax format with names from `./`: numeric owners, hard links,
 * devices, extended attributes and ACLs as GNU tar and bsdtar write and read them, holes as holes. `times`
 * clamps them.
 */
export function writeTar(...job: Parameters<typeof tarPass>): Promise<void> {
  const [, root] = job;
  return passNear(root, tarPass(...job));
}

function* tarPass(
  out: ChunkWriter,
  root: Tree,
  members: MemberTable,
  xattrs: XattrIndex,
  holes: HoleIndex,
  times: TimeRange,
  onMember: (member: Member) => void,
): Pass {
  const firstNames = new Map<number, string>();
  const turn = turns();
  for (let index = 0; index < members.length; index++) {
    const others = turn();
    if (others !== undefined) yield others;
    const unknown = xattrs.until?.(index);
    if (unknown !== undefined) yield unknown;
    const member = members.at(index);
    onMember(member);
    const name = archiveName(member);
    const first = member.link === 0 ? undefined : firstNames.get(member.link);
    if (member.link !== 0 && first === undefined) firstNames.set(member.link, name);
    const carries = isRegular(member.mode) && first === undefined;
    const extents = carries ? holes.at(index) : undefined;
    const map = extents === undefined ? '' : sparseMap(extents, member.size);
    const header: TarHeader = {
      name: extents === undefined ? name : sparseName(name),
      type: first === undefined ? (types[member.mode & fileType.mask] ?? '0') : '1',
      mode: member.mode,
      uid: member.uid,
      gid: member.gid,
      size: carries ? map.length + (extents === undefined ? member.size : extentBytes(extents)) : 0,
      mtime: clampTime(member.mtime, times),
      linkName: first ?? (isSymlink(member.mode) ? linkTarget(root, member) : ''),
      major: member.major,
      minor: member.minor,
    };
    const attributes = first === undefined ? xattrs.at(index).flatMap(xattrRecords) : [];
    const sparse = extents === undefined ? [] : sparseRecords(name, member);
    const records = paxRecords(header, [...sparse, ...attributes]);
    if (records !== '') yield addRecords(out, header, records);
    if (out.room < blockSize) yield out.flush();
    out.addText(tarHeader(header));
    if (!carries) continue;
    if (map !== '') yield addAll(out, Buffer.from(map, 'latin1'));
    // Waited for only where it must be: a promise takes longer than a small file.
    const content = addContent(out, root, member, extents);
    if (content !== undefined) yield content;
    const padding = padTo(out, blockSize);
    if (padding !== undefined) yield padding;
  }
  if (out.room < 2 * blockSize) yield out.flush();
  out.addZeros(2 * blockSize);
  yield padTo(out, recordSize);
}

function archiveName(member: Member): string {
  if (member.path === '.') return './';
  return isFolder(member.mode) ? `./${member.path}/` : `./${member.path}`;
}

/** What readers that know no holes take for the name, so that they do not take the map for the file. */
function sparseName(name: string): string {
  return `./GNUSparseFile.0/${lastPart(name)}`.slice(0, nameLength);
}

/** What makes readers that know holes (GNU tar, PAX format 1.0) read the map before the content. */
function sparseRecords(name: string, { size }: Member): TarRecord[] {
  return [
    ['GNU.sparse.major', '1'],
    ['GNU.sparse.minor', '0'],
    ['GNU.sparse.name', name],
    ['GNU.sparse.realsize', `${size}`],
  ];
}

function lastPart(name: string): string {
  return (
    name
      .split('/')
      .filter((part) => part !== '')
      .at(-1) ?? '.'
  );
}

/** What the next header cannot say, as a member of its own. */
async function addRecords(out: ChunkWriter, header: TarHeader, records: string): Promise<void> {
  const pax = {
    ...header,
    name: `./PaxHeaders/${lastPart(header.name)}`,
    type: 'x',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: records.length,
    linkName: '',
  } as const;
  await addAll(out, Buffer.from(tarHeader(pax), 'latin1'));
  await addAll(out, Buffer.from(records, 'latin1'));
  await padTo(out, blockSize);
}

/**
 * Attributes go by the keys of star, with what would end a key written as GNU tar writes it; ACLs also as the
 * text that GNU tar's --acls and bsdtar read.
 */
function xattrRecords({ name, value }: Xattr): TarRecord[] {
  const key = name.replace(/[%=]/g, (char) => (char === '=' ? '%3D' : '%25'));
  const records: TarRecord[] = [[`SCHILY.xattr.${key}`, value]];
  if (name === 'system.posix_acl_access') records.push(['SCHILY.acl.access', aclText(value)]);
  if (name === 'system.posix_acl_default') records.push(['SCHILY.acl.default', aclText(value)]);
  return records;
}
