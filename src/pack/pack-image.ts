import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { throwProblems } from '../errors.ts';
import type { PackedRecord } from '../plan/manifest.ts';
import type { PackPlan } from '../plan/pack-plan.ts';
import { inPhase, type Reporter } from '../report/reporter.ts';
import { lockImageDir } from '../system/lock.ts';
import { withScope } from '../system/scope.ts';
import { sweepTemporary, temporaryPath } from '../system/temp.ts';
import { toBinary } from './bytes.ts';
import { imageName } from './compressors.ts';
import { type Customisation, customise } from './customise.ts';
import { identityNotice, selectionWarnings } from './findings.ts';
import { packUuid } from './pack-uuid.ts';
import { publishImage, recordPack, renewXcatinfo } from './publish.ts';
import { type Selection, selectMembers } from './select.ts';
import { checkHost } from './tools.ts';
import { needTree, refuseUnfinished } from './tree-state.ts';
import { checkLimits, writeImage } from './write-image.ts';
import { newUuid, noUuid, xcatinfoText } from './xcatinfo.ts';

export type PackResult = PackedRecord;

/**
 * Packs an image: selects, writes beside the published file, reads back, publishes by rename. The tree is only read; when all has
 * succeeded its xcatinfo is renewed. Throws RootimgError, and then nothing is changed but temporary files that are gone again.
 */
export async function packImage(plan: PackPlan, { reporter }: { reporter: Reporter }): Promise<PackResult> {
  const { rootimgdir, name } = plan.image;
  await needTree(rootimgdir, name);
  throwProblems(await checkHost(plan));
  return withScope(async (scope) => {
    scope.defer('lock', await lockImageDir(rootimgdir, `packimage ${name}`));
    await refuseUnfinished(rootimgdir, name);
    const swept = await sweepTemporary(rootimgdir);
    if (swept.length > 0) reporter.info(`Removed what a killed run left: ${swept.join(', ')}`);
    announce(plan, reporter);
    const time = plan.sourceDateEpoch ?? Math.floor(Date.now() / 1000);
    const { customisation, selection, uuid } = await inPhase(
      reporter,
      'Select files',
      () => prepare(plan, time),
      ({ selection: { members, leftOut } }) => `${members.length} members, ${leftOut} left out`,
    );
    checkLimits(plan, selection);

    const file = imageName(plan.method, plan.compressor);
    const temporary = temporaryPath(rootimgdir, file);
    scope.defer('temporary file', () => rm(temporary, { force: true }));
    const root = rootOf(plan);
    const written = await inPhase(reporter, `Write ${file}`, (phase) =>
      writeImage({ plan, root, selection, file: temporary }, phase),
    );
    const { sha256, size } = await inPhase(reporter, 'Read back', written.verify);
    const warnings = [
      ...plan.warnings,
      ...customisation.warnings,
      ...selectionWarnings(selection),
      ...written.warnings,
    ];
    const record: PackedRecord = {
      finished: new Date(plan.sourceDateEpoch === undefined ? Date.now() : time * 1000).toISOString(),
      file,
      method: plan.method,
      compressor: plan.compressor,
      uuid,
      members: selection.members.length,
      leftOut: selection.leftOut,
      contentBytes: selection.contentBytes,
      size,
      sha256,
      warnings,
    };
    await inPhase(reporter, 'Publish', async () => {
      await publishImage(rootimgdir, temporary, file, sha256);
      await recordPack(plan.image, record);
      const xcatinfo = join(rootimgdir, 'rootimg', Buffer.from(customisation.xcatinfo, 'latin1').toString());
      await renewXcatinfo(rootimgdir, xcatinfo, xcatinfoText({ name, uuid, seconds: time }));
    });
    for (const warning of warnings) reporter.warn(warning);
    const identity = identityNotice(selection);
    if (identity !== undefined) reporter.info(identity);
    reporter.fact('pack', record);
    return record;
  });
}

/** The lines of the contract, which scripts read. */
function announce(plan: PackPlan, reporter: Reporter): void {
  reporter.line(`Packing contents of ${join(plan.image.rootimgdir, 'rootimg')}`);
  reporter.line(`archive method:${plan.method}`);
  if (plan.method !== 'squashfs') reporter.line(`compress method:${plan.compressor}`);
}

function rootOf(plan: PackPlan): string {
  return toBinary(join(plan.image.rootimgdir, 'rootimg'));
}

/** Everything that is decided before a byte is written. */
async function prepare(
  plan: PackPlan,
  time: number,
): Promise<{ customisation: Customisation; selection: Selection; uuid: string }> {
  const { name } = plan.image;
  const root = rootOf(plan);
  const epoch = plan.sourceDateEpoch;
  const fresh = epoch === undefined ? newUuid() : noUuid;
  const customisation = customise(plan, root, fresh, time);
  const { overrides, kept, identity, xcatinfo } = customisation;
  const selection = await selectMembers({ root, rules: plan.rules, overrides, identity, kept, time });
  if (epoch === undefined) return { customisation, selection, uuid: fresh };
  const uuid = packUuid(name, selection.members, epoch);
  const content = overrides.get(xcatinfo)?.content;
  if (Buffer.isBuffer(content)) content.write(xcatinfoText({ name, uuid, seconds: time }));
  return { customisation, selection, uuid };
}
