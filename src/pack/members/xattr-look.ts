import { readRegularFileSync } from '../../base/regular-file.ts';
import { start } from '../../system/exec.ts';
import { mountsBelow } from '../../system/mounts-below.ts';
import type { Scope } from '../../system/scope.ts';
import type { Tree } from '../../system/tree/open-tree.ts';
import { toText } from '../../base/bytes.ts';
import { readDump } from './getfattr-dump.ts';
import type { MemberTable } from './member-table.ts';
import { isFolder } from './mode.ts';
import { placeOf } from './seek.ts';

/** What a look over a whole tree, while its members are being selected, tells of their extended attributes. */
export interface XattrLook {
  /** Of all that has any; binary, without `./`. */
  readonly paths: ReadonlySet<string>;
  /** Milliseconds since the epoch: what has changed from then on may have been missed. */
  readonly since: number;
}

/** Of a tree with labels everything has attributes: then each member is asked for anyhow. */
const mostPaths = 2000;

/** File systems stamp a change with their own clock, which may be behind ours. */
const clockSkew = 10_000;

/** Names what has attributes; paths are those below its working folder. */
const lookArgv = [
  ...['getfattr', '--recursive', '--physical', '--no-dereference'],
  ...['--match=-', '--absolute-names', '--', '.'],
];

/**
 * Looks for what in a tree has extended attributes at all: of 200,000 files that takes half of the time that
 * asking for each by descriptor does, and a processor that is idle while members are selected. It walks by path, so
 * that it only tells whom to ask: no attribute that it sees gets into an image. Gives undefined where it cannot
 * tell: when there are very many, where something is mounted in the tree, and when it fails.
 */
export async function lookForXattrs(root: Tree, scope: Scope): Promise<XattrLook | undefined> {
  try {
    return await look(root, scope);
  } catch {
    // Whoever asks for each of the members meets the same cause, and tells it.
    return undefined;
  }
}

async function look(root: Tree, scope: Scope): Promise<XattrLook | undefined> {
  const since = Date.now() - clockSkew;
  const tree = toText(root.root);
  const mounts = mountsBelow(readRegularFileSync('/proc/self/mountinfo').toString(), tree);
  if (mounts.some((point) => point !== tree)) return undefined;
  // Nothing is waited for before the scope knows of it: it may be left while members are still being selected.
  const running = start(lookArgv, { cwd: String(root.at('.')) });
  scope.defer('the look for attributes', async () => {
    running.kill('SIGKILL');
    await running.ended;
  });
  running.stdin.end();
  const paths = new Set<string>();
  await readDump(running.stdout, (path) => {
    paths.add(path.replace(/^\.\//, ''));
    if (paths.size > mostPaths) running.kill('SIGKILL');
  });
  const { exitCode } = await running.ended;
  return exitCode === 0 && paths.size <= mostPaths ? { paths, since } : undefined;
}

/**
 * Places of the members that may have attributes, ascending: what the look has seen, what it may have missed because
 * that has changed or was brought in with a folder, and what does not come from the tree.
 */
export function placesToAsk(members: MemberTable, { paths, since }: XattrLook): number[] {
  const named = new Set<number | undefined>(members.overridden());
  for (const path of paths) named.add(placeOf(members, path));
  const places: number[] = [];
  // Beginning of the paths in a folder that has changed.
  let changed: string | undefined;
  for (let index = 0; index < members.length; index++) {
    if (changed !== undefined && !members.pathAt(index).startsWith(changed)) changed = undefined;
    const hasChanged = changed !== undefined || members.changedAt(index) >= since;
    if (hasChanged || named.has(index)) places.push(index);
    if (hasChanged && changed === undefined && isFolder(members.modeAt(index))) {
      changed = inside(members.pathAt(index));
    }
  }
  return places;
}

function inside(folder: string): string {
  return folder === '.' ? '' : `${folder}/`;
}
