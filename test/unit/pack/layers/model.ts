import type { Difference } from '../../../../src/pack/layers/difference.ts';
import type { KnownMembers } from '../../../../src/pack/layers/known-members.ts';
import { folderOf, memberTable } from '../../../../src/pack/members/member-table.ts';
import { fileType, isFolder } from '../../../../src/pack/members/mode.ts';

/** A file system that says of each inode when it changed last, as real ones do. */
export function modelTree() {
  const inodes = new Map<number, { mode: number; ctime: number }>();
  const names = new Map<string, number>([['.', 1]]);
  let now = 1;
  let lastInode = 1;
  inodes.set(1, { mode: fileType.folder | 0o755, ctime: now });

  const change = (inode: number): void => {
    const known = inodes.get(inode);
    if (known !== undefined) inodes.set(inode, { ...known, ctime: (now += 1) });
  };
  const modeOf = (path: string) => inodes.get(names.get(path) ?? 0)?.mode ?? 0;
  const below = (path: string) =>
    [...names.keys()].filter((one) => path === '.' || one === path || one.startsWith(`${path}/`));
  const remove = (path: string): void => {
    if (path === '.' || !names.has(path)) return;
    for (const one of below(path)) {
      change(names.get(one) ?? 0);
      names.delete(one);
    }
    change(names.get(folderOf(path)) ?? 0);
  };
  const place = (path: string, inode: number): void => {
    remove(path);
    names.set(path, inode);
    change(names.get(folderOf(path)) ?? 0);
  };
  const canHold = (path: string) => path !== '.' && isFolder(modeOf(folderOf(path)));

  return {
    paths: () => [...names.keys()].sort(),
    make: (path: string, type: number) => {
      if (!canHold(path)) return;
      lastInode += 1;
      inodes.set(lastInode, { mode: type | 0o644, ctime: (now += 1) });
      place(path, lastInode);
    },
    edit: (path: string) => change(names.get(path) ?? 0),
    remove,
    link: (from: string, to: string) => {
      const inode = names.get(from);
      if (inode === undefined || from === to || isFolder(modeOf(from)) || !canHold(to)) return;
      // What is replaced may be the folder that the file lies in.
      if (from.startsWith(`${to}/`)) return;
      place(to, inode);
      change(inode);
    },
    move: (from: string, to: string) => {
      if (from === '.' || !names.has(from) || !canHold(to) || from === to) return;
      if (to.startsWith(`${from}/`) || from.startsWith(`${to}/`)) return;
      const moved = below(from).map((one): [string, number] => [one.slice(from.length), names.get(one) ?? 0]);
      remove(to);
      for (const one of below(from)) names.delete(one);
      change(names.get(folderOf(from)) ?? 0);
      for (const [rest, inode] of moved) names.set(`${to}${rest}`, inode);
      change(names.get(to) ?? 0);
      change(names.get(folderOf(to)) ?? 0);
    },
    /** What a pack would select of it, without what is left out. */
    select: (leftOut: ReadonlySet<string>): KnownMembers => {
      const isOut = (path: string): boolean =>
        path !== '.' && path !== '' && (leftOut.has(path) || isOut(folderOf(path)));
      const chosen = [...names].filter(([path]) => !isOut(path));
      const counts = new Map<number, number>();
      for (const [, inode] of chosen) counts.set(inode, (counts.get(inode) ?? 0) + 1);
      const links = new Map<number, number>();
      const members = memberTable();
      for (const [path, ino] of chosen.sort(([a], [b]) => (sortable(a) < sortable(b) ? -1 : 1))) {
        const { mode = 0, ctime = 0 } = inodes.get(ino) ?? {};
        const isLinked = (counts.get(ino) ?? 0) > 1;
        if (isLinked && !links.has(ino)) links.set(ino, links.size + 1);
        const link = isLinked ? (links.get(ino) ?? 0) : 0;
        const rest = { uid: 0, gid: 0, size: 1, mtime: 1, major: 0, minor: 1, override: undefined };
        members.addAt(path, { mode, ctime, ino, link, ...rest });
      }
      return { members, states: new Map() };
    },
  };
}

/** Folders before what is in them. */
const sortable = (path: string) => (path === '.' ? '' : path.replaceAll('/', '\0'));

/** What is seen of a pack: path to what is there, names of one file with the same word. */
export type View = Map<string, { what: string; file: string }>;

/** The whole of a pack as it is seen; `name` tells its files from those of other packs. */
export function viewOf({ members }: Pick<KnownMembers, 'members'>, name: string): View {
  const view: View = new Map();
  for (const { path, mode, ino = 0, ctime = 0, link } of members) {
    view.set(path, {
      what: `${mode} ${ino} ${ctime}`,
      file: link === 0 ? `${name} ${path}` : `${name} ${link}`,
    });
  }
  return view;
}

/** What overlayfs shows of a layer above others. */
export function lay(lower: View, { members, opaque }: Difference, name: string): View {
  const seen = new Map(lower);
  const clear = (path: string, itself: boolean): void => {
    for (const one of seen.keys())
      if ((itself && one === path) || one.startsWith(`${path}/`)) seen.delete(one);
  };
  const isFolderThere = (path: string) => isFolder(Number(seen.get(path)?.what.split(' ')[0] ?? 0));
  const upper = viewOf({ members }, name);
  for (let index = 0; index < members.length; index++) {
    const { path, mode, major, minor } = members.at(index);
    if ((mode & fileType.mask) === fileType.character && major === 0 && minor === 0) {
      clear(path, true);
      continue;
    }
    if (!isFolder(mode) || opaque.has(index) || !isFolderThere(path)) clear(path, true);
    seen.set(path, upper.get(path) ?? { what: '', file: '' });
  }
  return seen;
}

/** The same for every view that shows the same: which names are one file, whatever it is called. */
export function comparable(view: View): string[] {
  const groups = new Map<string, string[]>();
  for (const [path, { file }] of view) groups.set(file, [...(groups.get(file) ?? []), path]);
  return [...view]
    .map(([path, { what, file }]) => `${path}: ${what} ${(groups.get(file) ?? []).sort().join(',')}`)
    .sort();
}
