import { RootimgError } from '../../base/errors.ts';
import { toShown } from '../../base/bytes.ts';
import type { Tree } from '../../system/tree/open-tree.ts';
import type { Reporter } from '../../report/reporter.ts';
import { pruneGenerations } from './generations.ts';
import { renewXcatinfo } from './publish.ts';

/**
 * What follows a published pack: xcatinfo in the tree is renewed, old generations go. What keeps either from
 * being done is not a failure of the pack but a warning, as where the tree is mounted read-only. When this
 * has ended nothing of it runs any more.
 */
export async function tidyAfterPack(
  rootimgdir: string,
  /** `path`: in the tree, binary. */
  xcatinfo: { readonly root: Tree; readonly path: string; readonly text: string },
  generations: { readonly keep: number; readonly current: number | undefined },
  reporter: Reporter,
): Promise<void> {
  const prune = async () => {
    if (generations.current === undefined) return;
    const removed = await pruneGenerations(rootimgdir, generations.keep, generations.current);
    if (removed.length > 0) reporter.detail(`Removed generations: ${removed.join(', ')}`);
  };
  const warnInstead = (what: string) => (error: unknown) => {
    if (!isOfTheHost(error)) throw error;
    reporter.warn(`${what}: ${error.message}`);
  };
  const ended = await Promise.allSettled([
    renewXcatinfo(rootimgdir, xcatinfo.root, xcatinfo.path, xcatinfo.text).catch(
      warnInstead(`${toShown(`${xcatinfo.root.root}/${xcatinfo.path}`)} still tells of an earlier pack`),
    ),
    prune().catch(warnInstead('Old generations were not removed')),
  ]);
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

/** What the user or the file system is to blame for, unlike a bug. */
function isOfTheHost(error: unknown): error is Error {
  return error instanceof RootimgError || (error instanceof Error && 'syscall' in error);
}
