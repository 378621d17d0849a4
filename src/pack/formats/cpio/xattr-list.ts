import { toShown } from '../../../base/bytes.ts';
import { listed } from '../../select/findings.ts';
import type { MemberTable, MemberValues } from '../../members/member-table.ts';
import { fileType } from '../../members/mode.ts';
import { rootOwned } from '../../members/override.ts';
import type { NodeFacts } from '../node-facts.ts';
import type { XattrIndex } from '../../members/xattrs.ts';

/**
 * The member of a cpio archive that holds what newc has no place for; the initrd gives it to `setfattr
 * --restore` and removes it.
 */
export const xattrListName = '.rootimg-xattrs';

/** The list as `getfattr --dump` writes it; empty when no member has attributes. */
export function xattrList(members: MemberTable, xattrs: XattrIndex): Buffer {
  const records: string[] = [];
  for (let index = 0; index < members.length; index++) {
    const own = xattrs.at(index);
    if (own.length === 0) continue;
    const lines = own.map(
      ({ name, value }) => `${quoted(name)}=0x${Buffer.from(value, 'latin1').toString('hex')}`,
    );
    records.push(`# file: ${quoted(members.pathAt(index))}\n${lines.join('\n')}\n`);
  }
  return Buffer.from(records.join('\n'), 'latin1');
}

/** What setfattr takes for another sign stands as three octal digits. */
function quoted(text: string): string {
  return text.replace(/[\\\n\r=]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** The member for such a list; it is newer than all that it speaks of. */
export function xattrListMember(content: Buffer, time: number): MemberValues {
  const mode = fileType.regular | 0o600;
  const override = { path: xattrListName, mode, ...rootOwned, content };
  return { mode, ...rootOwned, size: content.length, mtime: time, major: 0, minor: 0, link: 0, override };
}

/**
 * Says which files lose which attributes on the node, and which format keeps them; nothing when all come
 * back.
 */
export function lostOnNode(members: MemberTable, xattrs: XattrIndex, facts: NodeFacts): string[] {
  const holders = holdersByName(members, xattrs);
  if (holders.size === 0) return [];
  const losses = ([name, paths]: [string, string[]]) => `${toShown(name)} of ${listed(paths)}`;
  const keeping = 'squashfs (but for ACLs), erofs and tar keep them.';
  if (facts.initrdPrograms !== undefined && !facts.initrdPrograms.includes('setfattr')) {
    const what = [...holders].map(losses).join('; ');
    return [
      facts.foreignInitrd
        ? `The initrd was not made by this genimage, so that nodes may lose ${what}. Run genimage --onlyinitrd; ${keeping}`
        : `The initrd of this image has no setfattr, so that nodes lose ${what}. Name attr in pkglist and run genimage --onlyinitrd; ${keeping}`,
    ];
  }
  const user = [...holders].filter(([name]) => name.startsWith('user.'));
  if (user.length === 0 || hasUserAttributes(facts.kernelVersion)) return [];
  const kernel =
    facts.kernelVersion === undefined ? 'a kernel before Linux 6.6' : `kernel ${facts.kernelVersion}`;
  return [
    `Nodes lose ${user.map(losses).join('; ')} in memory with ${kernel}: a tmpfs has user attributes from Linux 6.6 on; squashfs and erofs keep them.`,
  ];
}

/** Linux 6.6: tmpfs keeps user.* attributes. */
function hasUserAttributes(version: string | undefined): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return major !== undefined && (Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 6));
}

function holdersByName(members: MemberTable, xattrs: XattrIndex): Map<string, string[]> {
  const holders = new Map<string, string[]>();
  for (let index = 0; index < members.length; index++) {
    for (const { name } of xattrs.at(index)) {
      const paths = holders.get(name) ?? [];
      paths.push(members.pathAt(index));
      holders.set(name, paths);
    }
  }
  return holders;
}
