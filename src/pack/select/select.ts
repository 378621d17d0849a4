import { setImmediate } from 'node:timers/promises';
import { toShown } from '../../base/bytes.ts';
import { RootimgError } from '../../base/errors.ts';
import type { ExcludeRule } from '../../plan/pack-plan.ts';
import { throwIfStopped } from '../../system/signals.ts';
import { keepHeapSmall } from '../../system/small-heap.ts';
import type { Tree } from '../../system/tree/open-tree.ts';
import { type Pass, passNear } from '../../system/tree/pass-near.ts';
import { joined } from '../../system/tree/path-parts.ts';
import { type MemberTable, type MemberValues, memberTable } from '../members/member-table.ts';
import { isFolder, isRegular } from '../members/mode.ts';
import { namesByFolder, type Overrides } from '../members/override.ts';
import { linkGroups, lookAt, namesIn } from '../members/tree-entry.ts';
import { find, findInTree, type Found, type Looked } from './found.ts';
import { type Scopes, selectionRules } from './selection-rules.ts';

export interface SelectionInput {
  /** Binary, absolute: the tree. */
  readonly root: Tree;
  readonly rules: readonly ExcludeRule[];
  readonly overrides: Overrides;
  /** Patterns of what a tree may have and an image must not, such as host keys; binary. */
  readonly identity: readonly string[];
  /** Paths that are members whatever the rules say; binary, without `./`. */
  readonly kept: ReadonlySet<string>;
  /** Seconds since the epoch: mtime of overrides that have none. */
  readonly time: number;
  /** Whether symbolic links may be hard links of one. */
  readonly symlinks?: boolean;
}

/** All paths are binary, without `./`. */
export interface Selection {
  /** Parents before children, names of a folder in the order of their bytes. */
  readonly members: MemberTable;
  /** Topmost paths of the tree that are not in the image. */
  readonly hidden: readonly string[];
  /** How many files and folders the rules left out. */
  readonly leftOut: number;
  /** Left out as identity of a machine. */
  readonly identity: readonly string[];
  readonly sockets: readonly string[];
  /** Folders on which another file system is mounted: members, but nothing below them is. */
  readonly foreign: readonly string[];
  readonly unmatched: readonly ExcludeRule[];
  /** Bytes of all regular files, hard links once. */
  readonly contentBytes: number;
}

/** So many folders are read before others get their turn: signals, progress. */
const foldersPerTurn = 200;

/** A walk over tree and overrides that is under way. */
interface Walk {
  readonly input: SelectionInput;
  readonly rules: ReturnType<typeof selectionRules>;
  readonly looked: Looked;
  readonly rootDevice: number | undefined;
  readonly members: MemberTable;
  /** Links of hard-linked files whose bytes are counted. */
  readonly counted: Set<number>;
  readonly hidden: string[];
  readonly identity: string[];
  readonly sockets: string[];
  readonly foreign: string[];
  leftOut: number;
  contentBytes: number;
  foldersRead: number;
}

/**
 * Decides in one pass over the tree and the overrides what the archive holds: what `find -xdev` with the
 * exlist's patterns selects, what `+` matches taken back in, plus the parents of all that, each once; `.`
 * always. Throws `unreadable` naming the path.
 */
export async function selectMembers(input: SelectionInput): Promise<Selection> {
  keepHeapSmall();
  const { root } = input;
  const walk: Walk = {
    input,
    rules: selectionRules(input.rules, input.identity),
    looked: {
      ...{ root, overrides: input.overrides, time: input.time },
      ...{ overrideNames: namesByFolder(input.overrides), links: linkGroups(root, input) },
    },
    rootDevice: lookAt(root, '.')?.dev,
    members: memberTable(),
    counted: new Set(),
    ...{ hidden: [], identity: [], sockets: [], foreign: [] },
    ...{ leftOut: 0, contentBytes: 0, foldersRead: 0 },
  };
  const top = find(walk.looked, '.', true);
  if (top === undefined) throw new RootimgError('no-tree', `${toShown(root.root)} does not exist.`);
  await passNear(root, visit(walk, '', '.', '.', walk.rules.outside, top));
  const { members, hidden, leftOut, identity, sockets, foreign, contentBytes } = walk;
  const unmatched = walk.rules.unmatched();
  return { members, hidden, leftOut, identity, sockets, foreign, unmatched, contentBytes };
}

function count(walk: Walk, values: MemberValues): void {
  if (!isRegular(values.mode) || walk.counted.has(values.link)) return;
  if (values.link !== 0) walk.counted.add(values.link);
  walk.contentBytes += values.size;
}

/** Adds what lies in the folder, and tells whether that is anything. Stops where others get their turn. */
function* visitFolder(walk: Walk, path: string, scopes: Scopes, found: Found): Pass<boolean> {
  walk.foldersRead += 1;
  if (walk.foldersRead % foldersPerTurn === 0) yield setImmediate().then(throwIfStopped);
  const isForeign = found.stats !== undefined && found.stats.dev !== walk.rootDevice;
  if (isForeign) walk.foreign.push(path);
  const shows = found.stats !== undefined && !isForeign && !found.override?.opaque;
  let names = shows ? namesIn(walk.input.root, path) : [];
  const more = walk.looked.overrideNames.get(path);
  if (more !== undefined) names = [...new Set([...names, ...more])];
  let any = false;
  for (const name of names.sort()) {
    const inside = joined(path, name);
    const entry =
      more === undefined ? findInTree(walk.looked, path, name, inside) : find(walk.looked, inside, shows);
    if (entry === undefined) continue;
    if (isFolder(entry.values.mode)) any = (yield* visit(walk, path, name, inside, scopes, entry)) || any;
    else {
      if (more !== undefined && walk.looked.overrideNames.has(inside)) throw blocked(inside);
      any = addFile(walk, path, name, inside, scopes, entry) || any;
    }
  }
  return any;
}

/** Adds what is not a folder, and tells whether it is in the image. */
function addFile(
  walk: Walk,
  folder: string,
  name: string,
  path: string,
  scopes: Scopes,
  entry: Found,
): boolean {
  const verdict = walk.rules.judge(scopes, `./${path}`, name, entry.override !== undefined);
  if (verdict === 'kept' || walk.input.kept.has(path)) {
    if (!entry.stats?.isSocket()) {
      walk.members.add(folder, name, entry.values);
      count(walk, entry.values);
      return true;
    }
    walk.sockets.push(path);
  } else if (verdict === 'identity') walk.identity.push(path);
  else walk.leftOut += 1;
  if (entry.inTree) walk.hidden.push(path);
  return false;
}

/** A folder that is left out is added all the same when something in it is not. */
function* visit(
  walk: Walk,
  folder: string,
  name: string,
  path: string,
  scopes: Scopes,
  entry: Found,
): Pass<boolean> {
  const { members, hidden, rules } = walk;
  const before = { members: members.length, hidden: hidden.length };
  const dotted = path === '.' ? '.' : `./${path}`;
  const verdict = rules.judge(scopes, dotted, name, entry.override !== undefined);
  members.add(folder, name, entry.values);
  const any = yield* visitFolder(walk, path, rules.enter(scopes, dotted, name), entry);
  if (any || verdict === 'kept' || path === '.' || walk.input.kept.has(path)) return true;
  members.truncate(before.members);
  hidden.length = before.hidden;
  if (entry.inTree) hidden.push(path);
  walk.leftOut += 1;
  return false;
}

/** Something lies in the way of what we put below it. */
function blocked(path: string): RootimgError {
  return new RootimgError(
    'not-a-folder',
    `${toShown(path)} in the image is not a folder, but something belongs in it.`,
  );
}
