import { createHash } from 'node:crypto';
import { statSync, type Stats } from 'node:fs';
import { toPath } from '../../base/bytes.ts';
import type { Tree } from '../../system/tree/open-tree.ts';
import type { MemberTable } from '../members/member-table.ts';
import type { Override } from '../members/override.ts';
import { lookAt } from '../members/tree-entry.ts';

/** What is known of all members of a pack: enough to see later which of them are others by then. */
export interface KnownMembers {
  readonly members: MemberTable;
  /**
   * What stands for those that do not come from the tree, by their place; one without cannot be known again.
   */
  readonly states: ReadonlyMap<number, string>;
}

/** Milliseconds in which a file system may give two changes one time: a tick, or where it has whole seconds two. */
const tick = 100;
const wholeSeconds = 2000;

/**
 * Whether what changed last at `ctime` was settled when it was looked at from `since` on: a later change has
 * another time then. Both milliseconds of the file system's clock.
 */
export function isSettled(ctime: number, since: number): boolean {
  return ctime < since - (ctime % 1000 === 0 ? wholeSeconds : tick);
}

/** Of the members that do not come from the tree what stands for them; `since` as in isSettled. */
export function overrideStates(root: Tree, members: MemberTable, since: number): Map<number, string> {
  const states = new Map<number, string>();
  for (const index of members.overridden()) {
    const { path, override } = members.at(index);
    if (override === undefined) continue;
    const own = contentState(override, since);
    // It inherits the label of what it takes the place of.
    const below = lookAt(root, path);
    const under = below === undefined ? '-' : stateOf(below, since);
    if (own !== undefined && under !== undefined) states.set(index, `${own} ${under}`);
  }
  return states;
}

function contentState({ content, target }: Override, since: number): string | undefined {
  if (target !== undefined) return `link ${target}`;
  if (content === undefined) return 'none';
  if (Buffer.isBuffer(content)) return createHash('sha256').update(content).digest('hex');
  const found = statSync(toPath(content.source), { throwIfNoEntry: false });
  return found === undefined ? undefined : stateOf(found, since);
}

function stateOf({ ino, size, ctimeMs }: Stats, since: number): string | undefined {
  return isSettled(ctimeMs, since) ? `${ino}:${size}:${ctimeMs}` : undefined;
}
