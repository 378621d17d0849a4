import { type Tree } from '../../../system/tree/open-tree.ts';
import { closeSync, lstatSync } from 'node:fs';
import { RootimgError } from '../../../base/errors.ts';
import { findTool, start } from '../../../system/exec.ts';
import { toPath, toShown, toText } from '../../../base/bytes.ts';
import type { MemberTable } from '../../members/member-table.ts';
import { openMember, openSource } from '../../members/content.ts';
import { lookAt } from '../../members/tree-entry.ts';
import { byteReader } from '../../streams/byte-reader.ts';
import type { ReadMember } from '../format.ts';
import { readTar } from './read-tar.ts';
import { type HoleIndex, noHoles } from '../../members/holes.ts';
import { type Extents, extentBytes, wholeBlocks } from '../../members/extents.ts';
import { checkEnded, feedProgram } from '../../streams/feed-program.ts';

/** More bytes than the file system has for a file are not read in search of its holes. */
const mostUnmapped = 16 * 1024 ** 3;

/**
 * argv of GNU tar, which asks the file system where holes are (SEEK_HOLE; Node cannot) and says so in a form
 * that our own reader knows. It reads names from standard input; what it writes besides the maps is passed
 * over.
 */
export const holeMapArgv = [
  ...['tar', '--create', '--file=-', '--format=posix', '--sparse', '--sparse-version=1.0'],
  ...['--hole-detection=seek', '--hard-dereference', '--dereference', '--no-recursion', '--absolute-names'],
  ...['--null', '--files-from=-'],
];

/**
 * Maps the holes of all files for which their file systems have fewer bytes than they are long. Throws
 * `tool-missing` when there are any and no tar, and
 * `holes-unknown` for a file that would have to be read in full for longer than anybody waits.
 */
export async function findHoles(root: Tree, members: MemberTable): Promise<HoleIndex> {
  const places = candidates(members);
  if (places.size === 0) return noHoles;
  if ((await findTool('tar')) === undefined) throw tarMissing(members, places);
  const maps = new Map<number, Extents>();
  const files: { index: number; bytes: number }[] = [];
  const take = (place: number, { size = 0, extents }: ReadMember): void => {
    const map = extents && wholeBlocks(extents, size);
    const stored = map === undefined ? size : extentBytes(map);
    refuseUnmapped(root, members, place, stored);
    if (map === undefined || stored === size) return;
    maps.set(place, map);
    files.push({ index: place, bytes: size - stored });
  };
  const all = [...places];
  for (let at = 0; at < all.length; at += mostOpen) {
    await mapOpened(root, members, all.slice(at, at + mostOpen), take);
  }
  return { at: (index) => maps.get(index), bytes: files.reduce((sum, file) => sum + file.bytes, 0), files };
}

/** The first member of each file that may have holes. */
function candidates(members: MemberTable): Set<number> {
  const seen = new Set<number>();
  const places = new Set<number>();
  for (const [index] of members.sparse()) {
    const link = members.linkAt(index);
    if (link !== 0 && seen.has(link)) continue;
    seen.add(link);
    places.add(index);
  }
  return places;
}

/** A member of the tree, or the file of this host that stands for it. */
function sourceName(members: MemberTable, index: number): string {
  const { path, override } = members.at(index);
  const content = override?.content;
  return content === undefined || Buffer.isBuffer(content) ? path : content.source;
}

/** So many files are open at once. */
const mostOpen = 500;

/** Gives tar the files by descriptor: whatever is swapped on the way, it reads what was selected. */
async function mapOpened(
  root: Tree,
  members: MemberTable,
  places: readonly number[],
  take: (place: number, member: ReadMember) => void,
): Promise<void> {
  const opened = new Map<string, number>();
  const fds: number[] = [];
  try {
    for (const place of places) {
      const member = members.at(place);
      const content = member.override?.content;
      const isSource = content !== undefined && !Buffer.isBuffer(content);
      const { fd } = isSource ? openSource(content.source) : openMember(root, member);
      fds.push(fd);
      opened.set(`/proc/${process.pid}/fd/${fd}`, place);
    }
    await askTar(root, [...opened.keys()], (found) => {
      const place = opened.get(found.path);
      if (place !== undefined) take(place, found);
    });
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}

async function askTar(
  root: Tree,
  names: readonly string[],
  take: (member: ReadMember) => void,
): Promise<void> {
  const running = start(holeMapArgv);
  const reader = byteReader(running.stdout);
  const read = readTar(reader, take)
    .then(() => reader.drain())
    .catch((error: unknown) => {
      running.kill('SIGKILL');
      throw error;
    });
  read.catch(() => {});
  const result = await feedProgram(running, async (out) => {
    for (const name of names) {
      if (out.room < name.length + 1) await out.flush();
      out.addText(`${name}\0`);
    }
  });
  // 1: a file changed meanwhile, which its writer will tell by name.
  if (result.exitCode !== 1 && result.signal === undefined)
    checkEnded(holeMapArgv, result, toText(root.root));
  await read;
}

function refuseUnmapped(root: Tree, members: MemberTable, place: number, stored: number): void {
  if (stored < mostUnmapped) return;
  const name = sourceName(members, place);
  const found = name.startsWith('/') ? lstatSync(toPath(name)) : lookAt(root, name);
  if (found === undefined || stored - 512 * found.blocks < mostUnmapped) return;
  throw new RootimgError('holes-unknown', `${toShown(name)} has holes that its file system does not tell.`, {
    hint: 'Leave it out with the exlist, or copy it: cp --sparse=always FILE FILE.new && mv FILE.new FILE',
  });
}

function tarMissing(members: MemberTable, places: ReadonlySet<number>): RootimgError {
  const [first = 0] = places;
  return new RootimgError('tool-missing', 'tar is not installed.', {
    hint: `It tells where files have holes, as ${toShown(members.pathAt(first))} has. Install the package tar.`,
  });
}
