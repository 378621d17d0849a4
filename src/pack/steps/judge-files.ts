import { formatOrigin, throwProblems } from '../../base/errors.ts';
import { unfinishedWarnings } from '../../packages/database.ts';
import { timeWarnings } from '../formats/check-limits.ts';
import { judgeStart } from '../select/boot/judge-start.ts';
import { selectionWarnings, unmatchedWarnings } from '../select/findings.ts';
import { findLeaks, leakProblems } from '../select/leaks.ts';
import { refuseLostFiles } from '../select/lost-files.ts';
import { packedTree } from '../select/packed-tree.ts';
import { rootLoginWarnings } from '../select/root-login.ts';
import type { OpenedImage } from './open.ts';
import type { SelectedFiles } from './select-files.ts';

/**
 * Judges what is selected; gives the warnings. Throws what nodes could not start with, what a loss of power
 * has emptied, and with --strict what leaks.
 */
export async function judgeFiles(opened: OpenedImage, selected: SelectedFiles): Promise<readonly string[]> {
  const { plan, format, root, tree } = opened;
  const { customisation, selection } = selected;
  const { members } = selection;
  const unknown = plan.force ? undefined : await refuseLostFiles(root, tree, members, plan.image.name);
  const { leaks, unused } = await findLeaks(root, members, plan.allowed);
  const leakFindings = leakProblems(leaks);
  const start = judgeStart({
    root,
    overrides: customisation.overrides,
    members,
    rules: plan.rules,
    kernelVersion: opened.before?.build?.kernelVersion,
  });
  throwProblems([...(plan.strict ? leakFindings : []), ...(plan.force ? [] : start.problems)]);
  return [
    ...plan.warnings,
    ...customisation.warnings,
    ...rootLoginWarnings(packedTree(root, members), plan),
    ...selectionWarnings(selection),
    ...timeWarnings(format, members),
    ...start.problems.map(({ origin, message }) => `${origin ? `${formatOrigin(origin)}: ` : ''}${message}`),
    ...start.warnings,
    ...unmatchedWarnings(unused),
    ...(unknown === undefined ? [] : [unknown]),
    ...unfinishedWarnings(tree),
    ...leakFindings.map(({ message, hint }) => `${message} ${hint ?? ''}`),
  ];
}
