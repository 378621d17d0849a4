import { addAll, type ChunkWriter, padTo } from './chunk-writer.ts';
import { addContent, linkTarget } from './content.ts';
import type { Member, MemberTable } from '../select/member-table.ts';
import { fileType, isFolder, isRegular, isSymlink } from '../select/mode.ts';
import { aclText } from './posix-acl.ts';
import { blockSize, paxRecords, type TarHeader, tarHeader } from './tar-header.ts';
import type { Xattr, XattrIndex } from './xattrs.ts';

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
 * Writes the members as a tar archive in the pax format with names from `./`: numeric owners, hard links, devices, extended attributes and ACLs as
 * GNU tar and bsdtar write and read them. `latest` clamps times.
 */
export async function writeTar(
  out: ChunkWriter,
  root: string,
  members: MemberTable,
  xattrs: XattrIndex,
  latest: number,
  onMember: (member: Member) => void,
): Promise<void> {
  const firstNames = new Map<number, string>();
  for (let index = 0; index < members.length; index++) {
    const member = members.at(index);
    onMember(member);
    const name = archiveName(member);
    const first = member.link === 0 ? undefined : firstNames.get(member.link);
    if (member.link !== 0 && first === undefined) firstNames.set(member.link, name);
    const carries = isRegular(member.mode) && first === undefined;
    const header: TarHeader = {
      name,
      type: first === undefined ? (types[member.mode & fileType.mask] ?? '0') : '1',
      mode: member.mode,
      uid: member.uid,
      gid: member.gid,
      size: carries ? member.size : 0,
      mtime: Math.min(member.mtime, latest),
      linkName: first ?? (isSymlink(member.mode) ? linkTarget(root, member) : ''),
      major: member.major,
      minor: member.minor,
    };
    await addHeader(out, header, first === undefined ? xattrs.at(index) : []);
    if (!carries) continue;
    await addContent(out, root, member);
    await padTo(out, blockSize);
  }
  if (out.room < 2 * blockSize) await out.flush();
  out.addZeros(2 * blockSize);
  await padTo(out, recordSize);
}

function archiveName(member: Member): string {
  if (member.path === '.') return './';
  return isFolder(member.mode) ? `./${member.path}/` : `./${member.path}`;
}

async function addHeader(out: ChunkWriter, header: TarHeader, xattrs: readonly Xattr[]): Promise<void> {
  const records = paxRecords(header, xattrs.flatMap(xattrRecords));
  if (records !== '') {
    const name = `./PaxHeaders/${
      header.name
        .split('/')
        .filter((part) => part !== '')
        .at(-1) ?? '.'
    }`;
    const pax = {
      ...header,
      name,
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
  if (out.room < blockSize) await out.flush();
  out.addText(tarHeader(header));
}

/** Attributes go by the keys of star; ACLs also as the text that GNU tar's --acls and bsdtar read. */
function xattrRecords({ name, value }: Xattr): [string, string][] {
  const records: [string, string][] = [[`SCHILY.xattr.${name}`, value]];
  if (name === 'system.posix_acl_access') records.push(['SCHILY.acl.access', aclText(value)]);
  if (name === 'system.posix_acl_default') records.push(['SCHILY.acl.default', aclText(value)]);
  return records;
}
