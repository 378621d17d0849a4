import { type Tree } from '../../system/tree/open-tree.ts';
import type { Stats } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { RootimgError } from '../../base/errors.ts';
import type { ExcludeRule } from '../../plan/pack-plan.ts';
import { throwIfStopped } from '../../system/signals.ts';
import { toShown } from '../../base/bytes.ts';
import { type MemberTable, type MemberValues, memberTable } from '../members/member-table.ts';
import { isFolder, isRegular } from '../members/mode.ts';
import {
  contentSize,
  impliedFolder,
  namesByFolder,
  type Override,
  type Overrides,
} from '../members/override.ts';
import { type Scopes, selectionRules } from './selection-rules.ts';
import { linkGroups, lookAt, namesIn, treeValues } from '../members/tree-entry.ts';

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

/** One thing that the tree or the overrides have at a path. */
interface Found {
  readonly values: MemberValues;
  readonly override: Override | undefined;
  /** What the tree has there; for an override only where it is a folder and the tree's is one too. */
  readonly stats: Stats | undefined;
  /** Whether the tree has anything there that would show: only that has to be hidden. */
  readonly inTree: boolean;
}

/**
 * Decides in one pass over the tree and the overrides what the archive holds: what `find -xdev` with the
 * exlist's patterns selects, what `+` matches taken back in, plus the parents of all that, each once; `.`
 * always. Throws `unreadable` naming the path.
 */
export async function selectMembers(input: SelectionInput): Promise<Selection> {
  const { root, overrides, kept } = input;
  const rules = selectionRules(input.rules, input.identity);
  const overrideNames = namesByFolder(overrides);
  const members = memberTable();
  const links = linkGroups(root);
  const counted = new Set<number>();
  const hidden: string[] = [];
  const identity: string[] = [];
  const sockets: string[] = [];
  const foreign: string[] = [];
  const rootDevice = lookAt(root, '.')?.dev;
  let leftOut = 0;
  let contentBytes = 0;
  let foldersRead = 0;

  /** `shows` is false in a folder of which the image has nothing that the tree has in it. */
  const find = (path: string, shows: boolean): Found | undefined => {
    const override = overrides.get(path);
    const inTree = shows ? lookAt(root, path) : undefined;
    if (override === undefined && inTree !== undefined) {
      return { values: treeValues(path, inTree, links), override, stats: inTree, inTree: true };
    }
    const ours = override ?? (overrideNames.has(path) ? impliedFolder(path) : undefined);
    if (ours === undefined) return undefined;
    const merges = isFolder(ours.mode) && inTree?.isDirectory();
    return {
      values: overrideValues(ours, input.time),
      override: ours,
      stats: merges ? inTree : undefined,
      inTree: inTree !== undefined,
    };
  };

  const count = (values: MemberValues): void => {
    if (!isRegular(values.mode) || counted.has(values.link)) return;
    if (values.link !== 0) counted.add(values.link);
    contentBytes += values.size;
  };

  /** Adds what lies in the folder, and tells whether that is anything. */
  const visitFolder = async (path: string, scopes: Scopes, found: Found): Promise<boolean> => {
    foldersRead += 1;
    if (foldersRead % foldersPerTurn === 0) {
      await setImmediate();
      throwIfStopped();
    }
    const isForeign = found.stats !== undefined && found.stats.dev !== rootDevice;
    if (isForeign) foreign.push(path);
    const shows = found.stats !== undefined && !isForeign && !found.override?.opaque;
    let names = shows ? namesIn(root, path) : [];
    const more = overrideNames.get(path);
    if (more !== undefined) names = [...new Set([...names, ...more])];
    let any = false;
    for (const name of names.sort()) {
      const inside = path === '.' ? name : `${path}/${name}`;
      const entry = find(inside, shows);
      if (entry === undefined) continue;
      if (isFolder(entry.values.mode)) any = (await visit(path, name, inside, scopes, entry)) || any;
      else any = addFile(path, name, inside, scopes, entry) || any;
    }
    return any;
  };

  const addFile = (folder: string, name: string, path: string, scopes: Scopes, entry: Found): boolean => {
    if (overrideNames.has(path)) throw blocked(path);
    const verdict = rules.judge(scopes, `./${path}`, name, entry.override !== undefined);
    if (verdict === 'kept' || kept.has(path)) {
      if (!entry.stats?.isSocket()) {
        members.add(folder, name, entry.values);
        count(entry.values);
        return true;
      }
      sockets.push(path);
    } else if (verdict === 'identity') identity.push(path);
    else leftOut += 1;
    if (entry.inTree) hidden.push(path);
    return false;
  };

  /** A folder that is left out is added all the same when something in it is not. */
  const visit = async (folder: string, name: string, path: string, scopes: Scopes, entry: Found) => {
    const before = { members: members.length, hidden: hidden.length };
    const dotted = path === '.' ? '.' : `./${path}`;
    const verdict = rules.judge(scopes, dotted, name, entry.override !== undefined);
    members.add(folder, name, entry.values);
    const any = await visitFolder(path, rules.enter(scopes, dotted, name), entry);
    if (any || verdict === 'kept' || path === '.' || kept.has(path)) return true;
    members.truncate(before.members);
    hidden.length = before.hidden;
    if (entry.inTree) hidden.push(path);
    leftOut += 1;
    return false;
  };

  const top = find('.', true);
  if (top === undefined) throw new RootimgError('no-tree', `${toShown(root.root)} does not exist.`);
  await visit('', '.', '.', rules.outside, top);
  const unmatched = rules.unmatched();
  return { members, hidden, leftOut, identity, sockets, foreign, unmatched, contentBytes };
}

function overrideValues(override: Override, time: number): MemberValues {
  const { mode, uid, gid, mtime = time } = override;
  const stored = Buffer.isBuffer(override.content) ? undefined : override.content?.stored;
  const size = contentSize(override);
  return { mode, uid, gid, size, mtime, major: 0, minor: 0, link: 0, override, stored };
}

/** Something lies in the way of what we put below it. */
function blocked(path: string): RootimgError {
  return new RootimgError(
    'not-a-folder',
    `${toShown(path)} in the image is not a folder, but something belongs in it.`,
  );
}
