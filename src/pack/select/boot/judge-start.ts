import { type Tree } from '../../../system/tree/open-tree.ts';
import type { Problem } from '../../../base/errors.ts';
import type { ExcludeRule } from '../../../plan/pack-plan.ts';
import type { Overrides } from '../../members/override.ts';
import { toBinary, toShown } from '../../../base/bytes.ts';
import { listed } from '../findings.ts';
import { patternTest } from '../fnmatch.ts';
import type { MemberTable } from '../../members/member-table.ts';
import { packedTree } from '../packed-tree.ts';
import { droppedModules } from './kernel-modules.ts';
import { startNeeds } from './start-needs.ts';
import { wholeImage } from './whole-image.ts';

export interface StartJudgement {
  /** What the exlists leave out though a node needs it to come to its init: one for each rule. */
  readonly problems: readonly Problem[];
  /** What the tree itself lacks. */
  readonly warnings: readonly string[];
}

/**
 * Compares what a node needs to start with what was selected: the modules of the kernel, init, and what init
 * needs to be loaded. What a tree never had is only told where something of it is there: a tree without any
 * init may be meant for something else. Only reads.
 */
export function judgeStart(input: {
  readonly root: Tree;
  readonly overrides: Overrides;
  readonly members: MemberTable;
  readonly rules: readonly ExcludeRule[];
  /** The published kernel's, where it is known. */
  readonly kernelVersion: string | undefined;
}): StartJudgement {
  const whole = wholeImage(input.root, input.overrides);
  const packed = packedTree(input.root, input.members);
  const { paths, missing } = startNeeds(whole);
  const dropped = [...paths].filter((path) => packed.find(path) === undefined);
  const modules = droppedModules(whole, packed, input.kernelVersion);
  const warnings = missing.map(
    ({ by, name }) =>
      `${toShown(by)} needs ${toShown(name)}, which is not in the tree: nodes cannot start it.`,
  );
  return { problems: byRule([...modules, ...dropped], input.rules), warnings };
}

/**
 * One problem for each rule that leaves something out, in their order; what no rule leaves out is on another
 * file system.
 */
function byRule(paths: readonly string[], rules: readonly ExcludeRule[]): Problem[] {
  const excluding = rules
    .filter(({ kind }) => kind === 'exclude')
    .map((rule) => ({ rule, test: patternTest(toBinary(rule.pattern)) }));
  const groups = new Map<ExcludeRule | undefined, string[]>();
  for (const path of paths) {
    const rule = excluding.find(({ test }) => test(`./${path}`))?.rule;
    groups.set(rule, [...(groups.get(rule) ?? []), path]);
  }
  return [...groups].map(([rule, lost]) => {
    const [first = ''] = lost;
    const what = `what a node needs to start: ${listed(lost)}`;
    return {
      code: 'start-needs',
      message: rule === undefined ? `The image lacks ${what}.` : `'${rule.pattern}' leaves out ${what}.`,
      ...(rule === undefined ? {} : { origin: rule.origin }),
      hint:
        `Take it back in with lines such as +./${toShown(withBrothers(first))}, ` +
        'or pack all the same with --force.',
    };
  });
}

/** One module is of no use alone. */
function withBrothers(path: string): string {
  return path.replace(/^((?:usr\/)?lib\/modules\/[^/]+)\/.*/s, '$1/*');
}
