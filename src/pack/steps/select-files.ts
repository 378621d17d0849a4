import { throwProblems } from '../../base/errors.ts';
import { inPhase } from '../../report/reporter.ts';
import { type Customisation, customise } from '../customise/customise.ts';
import { packUuid } from '../customise/pack-uuid.ts';
import { newUuid, noUuid, xcatinfoText } from '../customise/xcatinfo.ts';
import { limitProblems } from '../formats/check-limits.ts';
import { findHoles } from '../formats/tar/find-holes.ts';
import { type HoleIndex, noHoles } from '../members/holes.ts';
import { unmatchedShipped } from '../select/findings.ts';
import { lookForXattrs, type XattrLook } from '../members/xattr-look.ts';
import { type Selection, selectMembers } from '../select/select.ts';
import { refuseUnmappedIds } from '../select/unmapped-ids.ts';
import type { OpenedImage } from './open.ts';

/** What goes into the packed file. */
export interface SelectedFiles {
  readonly customisation: Customisation;
  readonly selection: Selection;
  readonly holes: HoleIndex;
  /** Of what is unpacked on the nodes: the look for extended attributes, which may not have ended yet. */
  readonly looked: Promise<XattrLook | undefined> | undefined;
  /** IMAGEUUID of this pack. */
  readonly uuid: string;
}

/** Selects the members. Throws what the format cannot hold. */
export async function selectFiles(opened: OpenedImage): Promise<SelectedFiles> {
  const { reporter } = opened;
  const chosen = await inPhase(
    reporter,
    'Select files',
    () => choose(opened),
    ({ selection: { members, leftOut } }) => `${members.length} members, ${leftOut} left out`,
  );
  const shipped = unmatchedShipped(chosen.selection);
  if (shipped.line !== undefined) reporter.info(shipped.line);
  for (const line of shipped.details) reporter.detail(line);
  return chosen;
}

async function choose({ plan, format, scope, root, time }: OpenedImage): Promise<SelectedFiles> {
  const { name } = plan.image;
  const epoch = plan.sourceDateEpoch;
  const fresh = epoch === undefined ? newUuid() : noUuid;
  const customisation = customise(plan, root, fresh, time);
  const { overrides, kept, identity, xcatinfo } = customisation;
  // File systems are made by tools that see the attributes themselves.
  const looked = format.onNode === 'unpacked' ? lookForXattrs(root, scope) : undefined;
  const selection = await selectMembers({
    ...{ root, rules: plan.rules, overrides, identity, kept, time },
    // A file system above others must have all names of what it replaces.
    symlinks: plan.layers !== undefined,
  });
  refuseUnmappedIds(selection.members);
  throwProblems(limitProblems(format, selection.members));
  const holes = format.onNode === 'unpacked' ? await findHoles(root, selection.members) : noHoles;
  if (epoch === undefined) return { customisation, selection, holes, looked, uuid: fresh };
  const uuid = await packUuid(name, selection.members, epoch, holes);
  const content = overrides.get(xcatinfo)?.content;
  if (Buffer.isBuffer(content)) content.write(xcatinfoText({ name, uuid, seconds: time }));
  return { customisation, selection, holes, looked, uuid };
}
