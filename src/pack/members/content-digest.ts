import { closeSync, readSync } from 'node:fs';
import { createHash, type Hash } from 'node:crypto';
import { toText } from '../../base/bytes.ts';
import { isVolatile } from '../../packages/volatile.ts';
import type { PackedContent } from '../../plan/packed-content.ts';
import { type Tree } from '../../system/tree/open-tree.ts';
import { turns } from '../../system/turns.ts';
import { changedWhilePacking, linkTarget, openMember, reading } from './content.ts';
import type { Extents } from './extents.ts';
import type { HoleIndex } from './holes.ts';
import type { Member, MemberTable } from './member-table.ts';
import { isDevice, isRegular, isSymlink } from './mode.ts';

/** Bytes read at a time; where all of them are zeros they count as a hole does. */
const pieceSize = 256 * 1024;
const zeros = Buffer.alloc(pieceSize);

/** So many parts at most are told apart by two names of their paths; of more by one. */
const mostParts = 2000;

/**
 * What an unpacked root holds, whatever form it was packed in: names, modes, owners and bytes of its members,
 * but no times, and nothing that each build or pack makes anew (see isVolatile; the day on which a password
 * was set). Two roots with the same digest make the same nodes. `parts` has a digest for each path of the
 * first two names, or of the first one where those are many, or none. Extended attributes do not count: not
 * every tool that unpacks gives them.
 */
export async function contentDigest(
  root: Tree,
  members: MemberTable,
  holes: HoleIndex,
): Promise<PackedContent> {
  const parts = partDigests();
  const ofLinks = new Map<number, string>();
  const leftOut = leftOutPaths();
  const turn = turns();
  for (let index = 0; index < members.length; index++) {
    const others = turn();
    if (others !== undefined) await others;
    const path = members.pathAt(index);
    if (leftOut(path)) continue;
    const member = members.at(index);
    const known = ofLinks.get(member.link);
    const bytes = known ?? describe(root, member, holes.at(index));
    if (member.link !== 0) ofLinks.set(member.link, bytes);
    parts.add(path, `${path}\0${member.mode} ${member.uid} ${member.gid}\0${bytes}\n`);
  }
  return joined(parts.all());
}

/** A digest (hex) for each path of the first two names; what belongs to one comes mostly in one go. */
function partDigests() {
  const digests = new Map<string, string>();
  let current = '';
  let hash: Hash | undefined;
  const finish = () => {
    if (hash !== undefined) digests.set(current, (digests.get(current) ?? '') + hash.digest('hex'));
    hash = undefined;
  };
  return {
    add: (path: string, line: string): void => {
      const name = path.split('/', 2).join('/');
      if (name !== current) finish();
      current = name;
      hash = (hash ?? createHash('sha256')).update(line, 'latin1');
    },
    all: (): [name: string, digest: string][] => {
      finish();
      return [...digests];
    },
  };
}

/** Whether a path, or a folder that it lies in, says nothing of the image. */
function leftOutPaths(): (path: string) => boolean {
  const folders = new Map<string, boolean>();
  const isLeftOut = (path: string): boolean => {
    const cut = path.lastIndexOf('/');
    return (cut !== -1 && folderLeftOut(path.slice(0, cut))) || isVolatile(path);
  };
  const folderLeftOut = (folder: string): boolean => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const found = isLeftOut(folder);
    folders.set(folder, found);
    return found;
  };
  return isLeftOut;
}

/** What a member is besides its name and whose it is. */
function describe(root: Tree, member: Member, extents: Extents | undefined): string {
  const { mode, size, major, minor } = member;
  if (isSymlink(mode)) return linkTarget(root, member);
  if (isDevice(mode)) return `${major} ${minor}`;
  if (!isRegular(mode) || size === 0) return '';
  return `${size} ${digestBytes(root, member, extents)}`;
}

function digestBytes(root: Tree, member: Member, extents: Extents | undefined): string {
  const hash = createHash('sha256');
  const { fd, path } = openMember(root, member);
  try {
    const buffer = Buffer.allocUnsafe(Math.min(pieceSize, member.size));
    for (const start of pieceStarts(member.size, extents)) {
      const piece = buffer.subarray(0, Math.min(pieceSize, member.size - start));
      for (let filled = 0; filled < piece.length;) {
        const read = reading(path, () => readSync(fd, piece, filled, piece.length - filled, start + filled));
        if (read === 0) throw changedWhilePacking(path);
        filled += read;
      }
      if (piece.equals(zeros.subarray(0, piece.length))) continue;
      if (start > 0) hash.update(`${start}\0`);
      hash.update(member.path === 'etc/shadow' ? withoutDays(piece) : piece);
    }
  } finally {
    closeSync(fd);
  }
  return hash.digest('hex');
}

/** Where the pieces of a file begin that may hold anything but zeros. */
function* pieceStarts(size: number, extents: Extents = [{ offset: 0, length: size }]): Generator<number> {
  let next = 0;
  for (const { offset, length } of extents) {
    const first = Math.max(next, offset - (offset % pieceSize));
    for (next = first; next < offset + length; next += pieceSize) yield next;
  }
}

/** shadow(5): the third field is the day of the last change, that of the build for the users of packages. */
function withoutDays(shadow: Buffer): string {
  return shadow.toString('latin1').replace(/^([^:\n]*:[^:\n]*:)\d+/gm, '$1');
}

/** The parts with as many names of their paths as keep them few, each in 16 digits, and one digest of all. */
function joined(parts: readonly (readonly [name: string, digest: string])[]): PackedContent {
  const sorted = [...parts].sort(([a], [b]) => (a < b ? -1 : 1));
  const whole = createHash('sha256');
  const shown = new Map<string, Hash>();
  for (const [name, digest] of sorted) {
    const line = `${name} ${digest}\n`;
    whole.update(line, 'latin1');
    const short = sorted.length > mostParts ? name.split('/', 1).join('') : name;
    const hash = shown.get(short) ?? createHash('sha256');
    shown.set(short, hash.update(line, 'latin1'));
  }
  // More names than anybody reads.
  if (shown.size > mostParts) return { sha256: whole.digest('hex'), parts: {} };
  const digests = [...shown].map(([name, hash]) => [toText(name), hash.digest('hex').slice(0, 16)] as const);
  return { sha256: whole.digest('hex'), parts: Object.fromEntries(digests) };
}
