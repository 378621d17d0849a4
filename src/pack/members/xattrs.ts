import { type Tree } from '../../system/tree/open-tree.ts';
import { RootimgError } from '../../base/errors.ts';
import { readRegularFileSync } from '../../base/regular-file.ts';
import { both } from '../../base/both.ts';
import { start } from '../../system/exec.ts';
import { feed } from '../streams/feed-program.ts';
import { changedWhilePacking, reading } from './content.ts';
import { type HeldFolders, holdFolders } from '../../system/tree/held-folders.ts';
import { readDump, unescaped } from './getfattr-dump.ts';
import type { MemberTable } from './member-table.ts';
import { lookAt } from './tree-entry.ts';
import { placesToAsk, type XattrLook } from './xattr-look.ts';

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

/** A look over the tree that is under way; undefined: every member is asked for. */
type Looked = Promise<XattrLook | undefined> | undefined;

/**
 * Reads the extended attributes of all members from the tree: capabilities, ACLs, SELinux labels, user
 * attributes. Node itself cannot. After a look over the tree only members that may have some are asked for.
 */
export async function readXattrs(root: Tree, members: MemberTable, looked?: Looked): Promise<XattrIndex> {
  const { found, read, known } = xattrReader(root, members, await looked);
  const most = mostFolders();
  for (let next = 0; known(next) < members.length;) next = await read(next, most);
  return found;
}

/** So many folders are read before the first members can be written, twice as many each time after. */
const firstFolders = 256;

/** The same for a writer that needs them in the order of the members: they are read while it writes. */
export function readXattrsAhead(root: Tree, members: MemberTable, looked?: Looked): XattrIndex {
  const most = mostFolders();
  let found: XattrIndex | undefined;
  let known = 0;
  let reading: Promise<unknown> | undefined = looked;
  const readAll = async (): Promise<void> => {
    const reader = xattrReader(root, members, await looked);
    found = reader.found;
    known = reader.known(0);
    for (let next = 0, folders = firstFolders; known < members.length; folders *= 2) {
      reading = reader.read(next, Math.min(folders, most)).then((read) => {
        next = read;
        known = reader.known(read);
      });
      await reading;
    }
  };
  // A failure is told to the writer when it comes there.
  readAll().catch(() => {});
  const until = async (index: number): Promise<void> => {
    while (index >= known) await reading;
  };
  return {
    at: (index) => found?.at(index) ?? none,
    until: (index) => (index < known ? undefined : until(index)),
  };
}

function xattrReader(root: Tree, members: MemberTable, look: XattrLook | undefined) {
  const sets: (readonly Xattr[])[] = [none];
  const setNumbers = new Map<string, number>();
  // Labelled trees have an attribute on every file, but few different ones.
  const byMember = new Uint32Array(members.length);
  const ours = new Set(members.overridden());
  const places = look && placesToAsk(members, look);
  const placeAt = (number: number): number => (places === undefined ? number : (places[number] ?? Infinity));
  let taken = 0;
  const take = (path: string, lines: readonly string[]) => {
    while (placeAt(taken) < members.length && members.pathAt(placeAt(taken)) !== path) taken += 1;
    const place = placeAt(taken);
    const kept = ours.has(place) ? lines.filter((line) => line.startsWith(`${labelName}=`)) : lines;
    const text = kept.join('\n');
    let number = setNumbers.get(text);
    if (number === undefined) {
      number = sets.push(kept.map(parseAttribute).filter((one) => isPortable(one.name))) - 1;
      setNumbers.set(text, number);
    }
    byMember[place] = number;
  };
  /** The path of the member that is asked for as the so manieth; empty for one that is not in the tree. */
  const pathOf = (number: number): string | undefined => {
    const place = placeAt(number);
    if (place >= members.length) return undefined;
    const path = members.pathAt(place);
    return !ours.has(place) || lookAt(root, path) !== undefined ? path : '';
  };
  const found: XattrIndex = { at: (index) => sets[byMember[index] ?? 0] ?? none };
  return {
    found,
    /** Reads from the so manieth that is asked for on until so many folders are open; gives the first not read. */
    read: (first: number, most: number) => dump(root, pathOf, first, most, take),
    /** Of all members before this place the attributes are known when so many have been read. */
    known: (read: number) => Math.min(placeAt(read), members.length),
  };
}

/** So many folders of the tree are open at once: half of the files that this process may have open. */
function mostFolders(): number {
  const limit = /^Max open files +(\d+)/m.exec(readRegularFileSync('/proc/self/limits').toString())?.[1];
  return Math.min(Math.max(Math.floor(Number(limit ?? 1024) / 2), 8), 4000);
}

/** Asks for the paths from `first` on until enough folders are open; gives the first that was not asked for. */
async function dump(
  root: Tree,
  pathOf: (number: number) => string | undefined,
  first: number,
  mostFolders: number,
  take: (path: string, lines: readonly string[]) => void,
): Promise<number> {
  const folders = holdFolders(root);
  let next = first;
  try {
    const running = start(getfattrArgv);
    const reader = readDump(running.stdout, (name, lines) => take(folders.pathOf(name), lines));
    const produce = feed(running, getfattrArgv, '', async (out) => {
      for (; folders.count() < mostFolders; next++) {
        const path = pathOf(next);
        if (path === undefined) break;
        if (path === '') continue;
        const name = `${reading(path, () => folders.nameOf(path))}\0`;
        if (out.room < name.length) await out.flush();
        out.addText(name);
      }
    });
    await both(produce, reader);
    return next;
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
