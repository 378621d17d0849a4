import type { Stats } from 'node:fs';
import type { Tree } from '../../system/tree/open-tree.ts';
import type { MemberValues } from '../members/member-table.ts';
import { isFolder } from '../members/mode.ts';
import {
  contentSize,
  impliedFolder,
  type namesByFolder,
  type Override,
  type Overrides,
} from '../members/override.ts';
import { type linkGroups, lookAt, lookAtName, treeValues } from '../members/tree-entry.ts';

/** One thing that the tree or the overrides have at a path. */
export interface Found {
  readonly values: MemberValues;
  readonly override: Override | undefined;
  /** What the tree has there; for an override only where it is a folder and the tree's is one too. */
  readonly stats: Stats | undefined;
  /** Whether the tree has anything there that would show: only that has to be hidden. */
  readonly inTree: boolean;
}

/** Where things are looked for. */
export interface Looked {
  readonly root: Tree;
  readonly overrides: Overrides;
  /** Names of overrides by folder; a folder of it that neither has is implied. */
  readonly overrideNames: ReturnType<typeof namesByFolder>;
  readonly links: ReturnType<typeof linkGroups>;
  /** Seconds since the epoch, for what the overrides give no time. */
  readonly time: number;
}

/** What is at a path. `shows` is false in a folder of which the image has nothing that the tree has in it. */
export function find(looked: Looked, path: string, shows: boolean): Found | undefined {
  const { root, overrides, overrideNames, links, time } = looked;
  const override = overrides.get(path);
  const inTree = shows ? lookAt(root, path) : undefined;
  if (override === undefined && inTree !== undefined) {
    return { values: treeValues(path, inTree, links), override, stats: inTree, inTree: true };
  }
  const ours = override ?? (overrideNames.has(path) ? impliedFolder(path) : undefined);
  if (ours === undefined) return undefined;
  const merges = isFolder(ours.mode) && inTree?.isDirectory();
  return {
    values: overrideValues(ours, time),
    override: ours,
    stats: merges ? inTree : undefined,
    inTree: inTree !== undefined,
  };
}

/** The same in a folder that shows and that nothing is put into. */
export function findInTree(
  { root, links }: Looked,
  folder: string,
  name: string,
  path: string,
): Found | undefined {
  const stats = lookAtName(root, folder, name);
  return stats && { values: treeValues(path, stats, links), override: undefined, stats, inTree: true };
}

function overrideValues(override: Override, time: number): MemberValues {
  const { mode, uid, gid, mtime = time } = override;
  const stored = Buffer.isBuffer(override.content) ? undefined : override.content?.stored;
  const size = contentSize(override);
  return { mode, uid, gid, size, mtime, major: 0, minor: 0, link: 0, override, stored };
}
