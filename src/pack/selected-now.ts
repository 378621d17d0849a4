import type { PackPlan } from '../plan/pack-plan.ts';
import { toBinary } from '../base/bytes.ts';
import { openTree, type Tree } from '../system/tree/open-tree.ts';
import { customise } from './customise/customise.ts';
import { noUuid } from './customise/xcatinfo.ts';
import { isRegular } from './members/mode.ts';
import { selectMembers } from './select/select.ts';

/** What a pack would select of the tree now, and what it would put in or keep besides. Only reads. */
export async function selectedNow(plan: PackPlan, root: Tree) {
  const { overrides, kept, identity } = customise(plan, root, noUuid, 0);
  const { members } = await selectMembers({ root, rules: plan.rules, overrides, identity, kept, time: 0 });
  return { members, overrides, kept, identity };
}

/**
 * The regular files that a pack would select now, with their bytes; of hard links the first name alone. Paths
 * are binary, relative to the root, without `./`.
 */
export async function packedFilesNow(
  plan: PackPlan,
  tree: string,
): Promise<{ readonly path: string; readonly size: number }[]> {
  const root = openTree(toBinary(tree));
  const { members } = await selectedNow(plan, root).finally(() => root.close());
  const links = new Set<number>();
  const found: { path: string; size: number }[] = [];
  for (const { path, mode, size, link } of members) {
    if (!isRegular(mode) || links.has(link)) continue;
    if (link !== 0) links.add(link);
    found.push({ path, size });
  }
  return found;
}
