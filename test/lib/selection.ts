import type { Override } from '../../src/pack/members/override.ts';
import { selectMembers, type Selection } from '../../src/pack/select/select.ts';
import type { Tree } from '../../src/system/tree/open-tree.ts';

/** All of a tree but what these patterns leave out, with what is put in. */
export function selectAll(
  root: Tree,
  excluded: readonly string[] = [],
  puts: readonly Override[] = [],
): Promise<Selection> {
  const rules = excluded.map((pattern, index) => ({
    ...{ pattern, kind: 'exclude' as const },
    origin: { file: 'x.exlist', line: index + 1 },
  }));
  const overrides = new Map(puts.map((override) => [override.path, override]));
  return selectMembers({ root, rules, overrides, identity: [], kept: new Set(), time: 0 });
}
