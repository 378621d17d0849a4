import { toBinary, toText } from '../../base/bytes.ts';
import type { Tree } from '../../system/tree/open-tree.ts';
import { readInTree } from '../../system/tree/tree-files.ts';
import { isFolder, isRegular, type TreeListing } from './tree-listing.ts';

/** Things with names and what is to be said of each; names are text. */
export type Facts = ReadonlyMap<string, string>;

const bits = { special: 0o6000, sticky: 0o1000, worldWritable: 0o002, all: 0o7777 } as const;

/** Files with the setuid or setgid bit: mode and owner. */
export function setuidFacts(listing: TreeListing): Facts {
  return factsOf(listing, (_, entry) => {
    if (!isRegular(entry) || (entry.mode & bits.special) === 0) return undefined;
    return `${octal(entry.mode)} ${entry.uid}:${entry.gid}`;
  });
}

/** What everybody may write to, but folders with the sticky bit. */
export function worldWritableFacts(listing: TreeListing): Facts {
  return factsOf(listing, (_, entry) => {
    const isSticky = isFolder(entry) && (entry.mode & bits.sticky) !== 0;
    const isOpen = (isFolder(entry) || isRegular(entry)) && (entry.mode & bits.worldWritable) !== 0;
    return isOpen && !isSticky ? octal(entry.mode) : undefined;
  });
}

/** `root`: `uid 0, gid 0, /root, /bin/bash`. */
export function userFacts(tree: Tree): Facts {
  return new Map(
    lines(tree, 'etc/passwd').map(([name = '', , uid, gid, , home, shell]) => [
      name,
      `uid ${uid}, gid ${gid}, ${home}, ${shell}`,
    ]),
  );
}

export function groupFacts(tree: Tree): Facts {
  return new Map(
    lines(tree, 'etc/group').map(([name = '', , gid, members]) => [
      name,
      `gid ${gid}${members ? `, ${members.split(',').sort().join(',')}` : ''}`,
    ]),
  );
}

/** The last line first: of several with one name the first counts, and is the one that stays. */
function lines(tree: Tree, path: string): string[][] {
  const text = readInTree(tree, toBinary(path))?.toString() ?? '';
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'))
    .reverse();
}

const unitFolder = 'etc/systemd/system/';

/** Whether a path says which units are enabled, masked or the default. */
export function saysOfUnits(path: string): boolean {
  return (
    path.startsWith(unitFolder) &&
    /^[^/]+(?:\.(?:wants|requires)\/[^/]+)?$/.test(path.slice(unitFolder.length))
  );
}

/** Units that links below etc enable: who wants them; `masked`; what `default.target` is. */
export function unitFacts(listing: TreeListing): Facts {
  const found = new Map<string, string[]>();
  for (const [path, { target }] of listing) {
    if (target === undefined || !saysOfUnits(path)) continue;
    const [, wanting, link, unit = ''] =
      /^(?:(.+)\.(wants|requires)\/)?([^/]+)$/.exec(toText(path.slice(unitFolder.length))) ?? [];
    const words =
      wanting === undefined ? ownLink(target) : `${link === 'wants' ? 'wanted' : 'required'} by ${wanting}`;
    found.set(unit, [...(found.get(unit) ?? []), words]);
  }
  return new Map([...found].map(([unit, words]) => [unit, words.sort().join(', ')]));
}

function ownLink(target: string): string {
  return target === '/dev/null' ? 'masked' : toText(target.slice(target.lastIndexOf('/') + 1));
}

const modulePath = /^(?:usr\/)?lib\/modules\/[^/]+\/(?:(.+)\/)?([^/]+)\.ko(?:\.(?:xz|gz|zst))?$/;

/** Kernel modules by name, and the folder that each is in: `kernel`, `extra`, `weak-updates` … */
export function moduleFacts(listing: TreeListing): Facts {
  const found = new Map<string, string>();
  for (const [path, entry] of listing) {
    if (isFolder(entry)) continue;
    const [, folder = '', name = ''] = modulePath.exec(path) ?? [];
    if (name !== '') found.set(toText(name), toText(folder.split('/', 1)[0] ?? ''));
  }
  return found;
}

function factsOf(
  listing: TreeListing,
  say: (path: string, entry: ReturnType<TreeListing['get']> & object) => string | undefined,
): Facts {
  const found = new Map<string, string>();
  for (const [path, entry] of listing) {
    const words = say(path, entry);
    if (words !== undefined) found.set(toText(path), words);
  }
  return found;
}

export function octal(mode: number): string {
  return (mode & bits.all).toString(8).padStart(4, '0');
}
