import { type Tree } from '../../system/tree/open-tree.ts';
import { RootimgError } from '../../base/errors.ts';
import { readRegularFileSync } from '../../base/regular-file.ts';
import { both } from '../../base/both.ts';
import { start } from '../../system/exec.ts';
import type { MemberTable } from './member-table.ts';
import { feed } from '../streams/feed-program.ts';
import { changedWhilePacking, reading } from './content.ts';
import { type HeldFolders, holdFolders } from '../../system/tree/held-folders.ts';
import { lookAt } from './tree-entry.ts';

/** An extended attribute; name and value binary. */
export interface Xattr {
  readonly name: string;
  readonly value: string;
}

/** The extended attributes of members, by their place in the table. */
export interface XattrIndex {
  at(index: number): readonly Xattr[];
  /** While they are being read: the promise that those of a member are known, undefined when they are. */
  until?(index: number): Promise<void> | undefined;
}

const none: readonly Xattr[] = [];

/** What takes the place of a file of the tree inherits this of it. */
const labelName = 'security.selinux';

/**
 * Dumps what the files whose names it reads have, in their order; xargs starts it anew only for very many.
 */
export const getfattrArgv = [
  ...['xargs', '--null', '--no-run-if-empty', '--max-chars=120000'],
  ...['getfattr', '--no-dereference', '--dump', '--match=-', '--encoding=hex', '--absolute-names', '--'],
];

/**
 * Reads the extended attributes of all members from the tree: capabilities, ACLs, SELinux labels, user
 * attributes. Node itself cannot.
 */
export async function readXattrs(root: Tree, members: MemberTable): Promise<XattrIndex> {
  const { found, read } = xattrReader(root, members);
  const most = mostFolders();
  for (let next = 0; next < members.length;) next = await read(next, most);
  return found;
}

/** So many folders are read before the first members can be written, twice as many each time after. */
const firstFolders = 256;

/** The same for a writer that needs them in the order of the members: they are read while it writes. */
export function readXattrsAhead(root: Tree, members: MemberTable): XattrIndex {
  const { found, read } = xattrReader(root, members);
  const most = mostFolders();
  let known = 0;
  let reading: Promise<void> | undefined;
  const readAll = async (): Promise<void> => {
    for (let folders = firstFolders; known < members.length; folders *= 2) {
      reading = read(known, Math.min(folders, most)).then((next) => void (known = next));
      await reading;
    }
  };
  // A failure is told to the writer when it comes there.
  readAll().catch(() => {});
  const until = async (index: number): Promise<void> => {
    while (index >= known) await reading;
  };
  return { at: found.at, until: (index) => (index < known ? undefined : until(index)) };
}

function xattrReader(root: Tree, members: MemberTable) {
  const sets: (readonly Xattr[])[] = [none];
  const setNumbers = new Map<string, number>();
  // Labelled trees have an attribute on every file, but few different ones.
  const byMember = new Uint32Array(members.length);
  const ours = new Set(members.overridden());
  let place = 0;
  const take = (path: string, lines: readonly string[]) => {
    while (place < members.length && members.pathAt(place) !== path) place += 1;
    const kept = ours.has(place) ? lines.filter((line) => line.startsWith(`${labelName}=`)) : lines;
    const text = kept.join('\n');
    let number = setNumbers.get(text);
    if (number === undefined) {
      number = sets.push(kept.map(parseAttribute).filter((one) => isPortable(one.name))) - 1;
      setNumbers.set(text, number);
    }
    byMember[place] = number;
  };
  const wanted = (index: number): boolean =>
    !ours.has(index) || lookAt(root, members.pathAt(index)) !== undefined;
  const found: XattrIndex = { at: (index) => sets[byMember[index] ?? 0] ?? none };
  /** Reads from a member on until so many folders are open; gives the first that was not read. */
  const read = (first: number, most: number) => dump(root, members, first, most, wanted, take);
  return { found, read };
}

/** So many folders of the tree are open at once: half of the files that this process may have open. */
function mostFolders(): number {
  const limit = /^Max open files +(\d+)/m.exec(readRegularFileSync('/proc/self/limits').toString())?.[1];
  return Math.min(Math.max(Math.floor(Number(limit ?? 1024) / 2), 8), 4000);
}

/** Asks for the members from `first` on until enough folders are open; gives the first that was not asked for. */
async function dump(
  root: Tree,
  members: MemberTable,
  first: number,
  mostFolders: number,
  wanted: (index: number) => boolean,
  take: (path: string, lines: readonly string[]) => void,
): Promise<number> {
  const folders = holdFolders(root);
  let index = first;
  try {
    const running = start(getfattrArgv);
    const reader = readDump(running.stdout, (name, lines) => take(folders.pathOf(name), lines));
    const produce = feed(running, getfattrArgv, '', async (out) => {
      for (; index < members.length && folders.count() < mostFolders; index++) {
        if (!wanted(index)) continue;
        const path = members.pathAt(index);
        const name = `${reading(path, () => folders.nameOf(path))}\0`;
        if (out.room < name.length) await out.flush();
        out.addText(name);
      }
    });
    await both(produce, reader);
    return index;
  } catch (error) {
    throw asOwnFailure(error, folders);
  } finally {
    folders.close();
  }
}

/** A missing getfattr, and a member that has gone since it was selected. */
function asOwnFailure(error: unknown, folders: HeldFolders): unknown {
  if (!(error instanceof RootimgError)) return error;
  if (error.details.some((line) => /getfattr: No such file/.test(line))) {
    return new RootimgError('tool-missing', 'getfattr is not installed.', {
      hint: "It reads the files' capabilities and other extended attributes. Install the package attr.",
    });
  }
  const gone = error.details
    .map((line) => /getfattr: (\/proc\/\d+\/fd\/.*): (?:No such file|Not a directory)/.exec(line)?.[1])
    .find((name) => name !== undefined);
  return gone === undefined ? error : changedWhilePacking(folders.pathOf(gone));
}

/** Reads `# file: NAME` and `attribute=0x…` lines, records parted by blank lines. */
async function readDump(
  stream: AsyncIterable<Buffer>,
  take: (path: string, lines: readonly string[]) => void,
): Promise<void> {
  let rest = '';
  for await (const piece of stream) {
    const records = (rest + piece.toString('latin1')).split('\n\n');
    rest = records.pop() ?? '';
    for (const record of records) takeRecord(record, take);
  }
  if (rest.trim() !== '') takeRecord(rest, take);
}

function takeRecord(record: string, take: (path: string, lines: readonly string[]) => void): void {
  const [first = '', ...lines] = record.split('\n').filter((line) => line !== '');
  const path = unescaped(first.replace(/^# file: /, ''));
  take(path, lines);
}

/** getfattr writes what would be taken for another sign (`\`, `=`, a line break) as three octal digits. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}

function parseAttribute(line: string): Xattr {
  const cut = line.indexOf('=');
  if (cut === -1) return { name: unescaped(line), value: '' };
  const value = Buffer.from(line.slice(cut + 3), 'hex').toString('latin1');
  return { name: unescaped(line.slice(0, cut)), value };
}

/** What describes the file and not the file system that it happens to lie on. */
function isPortable(name: string): boolean {
  return (
    name.startsWith('user.') ||
    name.startsWith('security.') ||
    name.startsWith('system.posix_acl_') ||
    (name.startsWith('trusted.') && !name.startsWith('trusted.overlay.'))
  );
}
