import { formatOrigin, throwProblems } from '../../base/errors.ts';
import { inPhase } from '../../report/reporter.ts';
import { type Customisation, customise } from '../customise/customise.ts';
import { packUuid } from '../customise/pack-uuid.ts';
import { newUuid, noUuid, xcatinfoText } from '../customise/xcatinfo.ts';
import { limitProblems, timeWarnings } from '../formats/check-limits.ts';
import { kernelConfigs, unreadableByKernel } from '../formats/kernel-config.ts';
import { unbootable } from '../formats/initrd-needs.ts';
import { findHoles } from '../formats/tar/find-holes.ts';
import { type HoleIndex, noHoles } from '../members/holes.ts';
import { judgeStart } from '../select/boot/judge-start.ts';
import { selectionWarnings, unmatchedShipped, unmatchedWarnings } from '../select/findings.ts';
import { findLeaks, leakProblems } from '../select/leaks.ts';
import { unfinishedWarnings } from '../../packages/database.ts';
import { refuseLostFiles } from '../select/lost-files.ts';
import { packedTree } from '../select/packed-tree.ts';
import { rootLoginWarnings } from '../select/root-login.ts';
import { type Selection, selectMembers } from '../select/select.ts';
import { refuseUnmappedIds } from '../select/unmapped-ids.ts';
import type { OpenedImage } from './open.ts';

/** What goes into the packed file, decided before a byte is written. */
export interface SelectedFiles {
  readonly customisation: Customisation;
  readonly selection: Selection;
  readonly holes: HoleIndex;
  /** IMAGEUUID of this pack. */
  readonly uuid: string;
  readonly warnings: readonly string[];
}

/**
 * Selects the members and judges them. Throws what nodes could not start with, what the format cannot hold,
 * and with --strict what leaks.
 */
export async function selectFiles(opened: OpenedImage): Promise<SelectedFiles> {
  const { plan, format, reporter, root, tree } = opened;
  const chosen = await inPhase(
    reporter,
    'Select files',
    () => choose(opened),
    ({ selection: { members, leftOut } }) => `${members.length} members, ${leftOut} left out`,
  );
  const { customisation, selection } = chosen;
  const { members } = selection;
  const shipped = unmatchedShipped(selection);
  if (shipped.line !== undefined) reporter.info(shipped.line);
  for (const line of shipped.details) reporter.detail(line);
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
  const warnings = [
    ...plan.warnings,
    ...customisation.warnings,
    ...rootLoginWarnings(packedTree(root, members), plan),
    ...selectionWarnings(selection),
    ...timeWarnings(format, members),
    ...start.problems.map(({ origin, message }) => `${origin ? `${formatOrigin(origin)}: ` : ''}${message}`),
    ...start.warnings,
    ...unbootable(format, plan.compressor, opened.nodeFacts, plan.image.name),
    ...unreadableByKernel(
      format,
      plan.compressor,
      kernelConfigs(root, opened.nodeFacts.kernelVersion),
      plan.image.name,
    ),
    ...unmatchedWarnings(unused),
    ...(unknown === undefined ? [] : [unknown]),
    ...unfinishedWarnings(tree),
    ...leakFindings.map(({ message, hint }) => `${message} ${hint ?? ''}`),
  ];
  return { ...chosen, warnings };
}

async function choose({ plan, format, root, time }: OpenedImage): Promise<Omit<SelectedFiles, 'warnings'>> {
  const { name } = plan.image;
  const epoch = plan.sourceDateEpoch;
  const fresh = epoch === undefined ? newUuid() : noUuid;
  const customisation = customise(plan, root, fresh, time);
  const { overrides, kept, identity, xcatinfo } = customisation;
  const selection = await selectMembers({ root, rules: plan.rules, overrides, identity, kept, time });
  refuseUnmappedIds(selection.members);
  throwProblems(limitProblems(format, selection.members));
  const holes = format.onNode === 'unpacked' ? await findHoles(root, selection.members) : noHoles;
  if (epoch === undefined) return { customisation, selection, holes, uuid: fresh };
  const uuid = await packUuid(name, selection.members, epoch, holes);
  const content = overrides.get(xcatinfo)?.content;
  if (Buffer.isBuffer(content)) content.write(xcatinfoText({ name, uuid, seconds: time }));
  return { customisation, selection, holes, uuid };
}
