import { openTree, type Tree } from '../system/tree/open-tree.ts';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileErrorWords, formatOrigin, throwProblems } from '../base/errors.ts';
import { memoryNeed } from '../plan/image-words.ts';
import type { PackedRecord } from '../plan/manifest.ts';
import { isArchive } from '../plan/pack-names.ts';
import type { PackPlan } from '../plan/pack-plan.ts';
import type { SignedList, Signer } from '../plan/signed-list.ts';
import { inPhase, type Reporter } from '../report/reporter.ts';
import { lockImageDir, type LockOptions } from '../system/lock.ts';
import { withScope } from '../system/scope.ts';
import { adoptStagedTree } from '../system/staged-tree.ts';
import { sweepTemporary, temporaryPath } from '../system/temp.ts';
import { findTreePlace } from '../system/tree/tree-place.ts';
import { toBinary } from '../base/bytes.ts';
import { imageName } from './formats/archive/compressors.ts';
import { type Customisation, customise } from './customise/customise.ts';
import { judgeStart } from './select/boot/judge-start.ts';
import { identityNotice, selectionWarnings, unmatchedWarnings } from './select/findings.ts';
import { checkDatabase, databaseDigest, largestPackages } from '../packages/database.ts';
import { generationDir, readManifest } from './publish/generations.ts';
import { packUuid } from './customise/pack-uuid.ts';
import { refuseLostFiles } from './select/lost-files.ts';
import { findLeaks, leakProblems } from './select/leaks.ts';
import { tidyAfterPack } from './publish/after-pack.ts';
import { addPackedFile, keepGeneration, stageGeneration } from './publish/keep-generation.ts';
import { manifestWith, publishImage } from './publish/publish.ts';
import { finishRollback } from './publish/rollback.ts';
import { packedTree } from './select/packed-tree.ts';
import { rootLoginWarnings } from './select/root-login.ts';
import { signBootFiles } from './publish/sign-boot-files.ts';
import { type Selection, selectMembers } from './select/select.ts';
import { refuseUnmappedIds } from './select/unmapped-ids.ts';
import { checkHost } from './steps/tools.ts';
import { needTree, refuseOtherImage, refuseOtherKernel, refuseUnfinished } from './steps/tree-state.ts';
import { verifyContent } from './verify/verify-content.ts';
import { findHoles } from './formats/tar/find-holes.ts';
import { type HoleIndex, noHoles } from './members/holes.ts';
import { limitProblems, timeWarnings } from './formats/limits.ts';
import { makesHoles, type NodeFacts } from './formats/node-facts.ts';
import { writeImage } from './write/write-image.ts';
import { newUuid, noUuid, xcatinfoText } from './customise/xcatinfo.ts';

export type PackResult = PackedRecord;

/** A packed root that waits to be published. */
export interface UnpublishedPack {
  readonly file: string;
  readonly record: PackedRecord;
  readonly signed: SignedList | undefined;
}

export interface PackContext {
  readonly reporter: Reporter;
  /** Called with the verified file before it is published; when it throws, nothing is. */
  readonly gate?: (packed: UnpublishedPack) => Promise<void>;
  /** Signs what is packed before nodes see it. */
  readonly sign?: { readonly signer: Signer; readonly tftpImageDir: string };
  /** False: the file only goes through the gate and is gone again. */
  readonly publish?: boolean;
  /** Whether the lock of the image folder is waited for. */
  readonly lock?: LockOptions;
}

/**
 * Packs an image: selects, writes beside the published file, reads back, publishes by rename. The tree is only read; when all has
 * succeeded its xcatinfo is renewed. Throws RootimgError, and then nothing is changed but temporary files that are gone again.
 */
export async function packImage(plan: PackPlan, context: PackContext): Promise<PackResult> {
  const { reporter, gate } = context;
  const { rootimgdir, name } = plan.image;
  // A build that is waited for may have yet to make the tree.
  const waits = context.lock?.onWait !== undefined;
  if (!waits) await needTree(rootimgdir, name);
  throwProblems(await checkHost(plan));
  return withScope(async (scope) => {
    scope.defer('lock', await lockImageDir(rootimgdir, `packimage ${name}`, context.lock));
    if (waits) await needTree(rootimgdir, name);
    // First of all, so that what a killed run left takes no room from what comes.
    const swept = await sweepTemporary(rootimgdir);
    if (swept.length > 0) reporter.info(`Removed what a killed run left: ${swept.join(', ')}`);
    if (await adoptStagedTree(rootimgdir)) reporter.info('Unpacked the tree that was built on another host.');
    await refuseUnfinished(rootimgdir, name);
    await finishRollback(scope, plan.image, reporter);
    const tree = (await findTreePlace(rootimgdir)).root;
    const root = openTree(toBinary(tree));
    scope.defer('the tree', () => root.close());
    const before = await readManifest(rootimgdir);
    if (!plan.force) refuseOtherImage(rootimgdir, name, before);
    await refuseOtherKernel(rootimgdir, tree, name, before);
    checkDatabase(tree);
    announce(plan, reporter);
    const time = plan.sourceDateEpoch ?? Math.floor(Date.now() / 1000);
    const { customisation, selection, holes, uuid } = await inPhase(
      reporter,
      'Select files',
      () => prepare(plan, root, time),
      ({ selection: { members, leftOut } }) => `${members.length} members, ${leftOut} left out`,
    );
    const unknown = plan.force ? undefined : await refuseLostFiles(tree, selection.members, name);
    const { leaks, unused } = findLeaks(root, selection.members, plan.allowed);
    const leakFindings = leakProblems(leaks);
    const start = judgeStart({
      root,
      overrides: customisation.overrides,
      members: selection.members,
      rules: plan.rules,
      kernelVersion: before?.build?.kernelVersion,
    });
    throwProblems([...(plan.strict ? leakFindings : []), ...(plan.force ? [] : start.problems)]);

    const file = imageName(plan.method, plan.compressor);
    const temporary = temporaryPath(rootimgdir, file);
    scope.defer('temporary file', () => rm(temporary, { force: true }));
    const built = before?.build;
    const packages = packagesOf(tree, before?.pack, reporter);
    // Heard from now on: a stop may end it while the image is being written.
    const answered = packages.then(
      () => {},
      () => {},
    );
    scope.defer('the question about packages', () => answered);
    const nodeFacts: NodeFacts = {
      initrdPrograms: built?.initrd.programs,
      initrdAbilities: built?.initrd.abilities ?? [],
      kernelVersion: built?.kernelVersion,
    };
    const staging =
      plan.generations === 0 ? undefined : stageGeneration(rootimgdir, before?.pack?.generation);
    staging?.catch(() => {});
    scope.defer('staged generation', async () => {
      const folder = (await staging?.catch(() => undefined))?.folder;
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    });
    const written = await inPhase(reporter, `Write ${file}`, (phase) =>
      writeImage({ plan, root, selection, holes, file: temporary, uuid, nodeFacts }, phase),
    );
    const { staged, sha256, size } = await inPhase(reporter, 'Read back', async () => {
      const generation = await staging;
      const [verified] = await Promise.all([
        written.verify(),
        generation && addPackedFile(generation, rootimgdir, temporary, file),
      ]);
      return { staged: generation, ...verified };
    });
    if (plan.verifyContent) {
      await inPhase(reporter, 'Compare the content of all files', () =>
        verifyContent({ plan, root, members: selection.members, file: temporary }),
      );
    }
    const warnings = [
      ...plan.warnings,
      ...customisation.warnings,
      ...rootLoginWarnings(packedTree(root, selection.members), plan),
      ...selectionWarnings(selection),
      ...timeWarnings(plan.method, selection.members),
      ...start.problems.map(
        ({ origin, message }) => `${origin ? `${formatOrigin(origin)}: ` : ''}${message}`,
      ),
      ...start.warnings,
      ...unmatchedWarnings(unused),
      ...(unknown === undefined ? [] : [unknown]),
      ...leakFindings.map(({ message, hint }) => `${message} ${hint ?? ''}`),
      ...written.warnings,
    ];
    const keepsHoles = plan.method !== 'cpio' || makesHoles(nodeFacts);
    const contentBytes = selection.contentBytes - (keepsHoles ? holes.bytes : 0);
    const record: PackedRecord = {
      finished: new Date(plan.sourceDateEpoch === undefined ? Date.now() : time * 1000).toISOString(),
      file,
      method: plan.method,
      compressor: plan.compressor,
      uuid,
      members: selection.members.length,
      leftOut: selection.leftOut,
      contentBytes,
      size,
      sha256,
      warnings,
      memoryBytes: memoryNeed({
        method: plan.method,
        size,
        contentBytes,
        members: selection.members.length,
      }),
      ...(await packages),
      ...(staged === undefined ? {} : { generation: staged.number, bootFiles: staged.bootFiles }),
    };
    const signed = await context.sign?.signer.signList(name, before, record);
    await gate?.({ file: temporary, record, signed });
    if (context.publish === false) return record;
    const manifest = manifestWith(plan.image, before, record);
    await inPhase(reporter, 'Publish', async () => {
      if (staged !== undefined) await keepGeneration(rootimgdir, staged, record, manifest, signed);
      warnings.push(...(await publishImage(rootimgdir, temporary, record, manifest, before?.pack, signed)));
      if (context.sign !== undefined) {
        const kept = staged === undefined ? [] : [generationDir(rootimgdir, staged.number)];
        const folders = [rootimgdir, ...kept, context.sign.tftpImageDir];
        await signBootFiles(context.sign.signer, rootimgdir, folders, record.bootFiles);
      }
      const xcatinfo = join(tree, Buffer.from(customisation.xcatinfo, 'latin1').toString());
      await tidyAfterPack(
        rootimgdir,
        { path: xcatinfo, text: xcatinfoText({ name, uuid, seconds: time }) },
        { keep: plan.generations, current: staged?.number },
        reporter,
      );
    });
    for (const warning of warnings) reporter.warn(warning);
    const identity = identityNotice(selection);
    if (identity !== undefined) reporter.info(identity);
    reporter.fact('pack', record);
    return record;
  });
}

/** Of the pack before, when the package database is still the same: asking it takes a while. */
async function packagesOf(
  tree: string,
  before: PackedRecord | undefined,
  reporter: Reporter,
): Promise<Pick<PackedRecord, 'largestPackages' | 'packageDatabase'>> {
  try {
    const packageDatabase = await databaseDigest(tree);
    if (packageDatabase === undefined) return {};
    const known = before?.packageDatabase === packageDatabase ? before.largestPackages : undefined;
    const packages = known ?? (await largestPackages(tree));
    return packages === undefined ? {} : { largestPackages: packages, packageDatabase };
  } catch (error) {
    // As where /tmp is full: no pack fails for what is only told beside it.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    reporter.warn(`The packages of the image cannot be asked for: ${fileErrorWords(error)}.`);
    return {};
  }
}

/** The lines of the contract, which scripts read. */
function announce(plan: PackPlan, reporter: Reporter): void {
  reporter.line(`Packing contents of ${join(plan.image.rootimgdir, 'rootimg')}`);
  reporter.line(`archive method:${plan.method}`);
  if (isArchive(plan.method)) reporter.line(`compress method:${plan.compressor}`);
}

/** Everything that is decided before a byte is written. */
async function prepare(
  plan: PackPlan,
  root: Tree,
  time: number,
): Promise<{ customisation: Customisation; selection: Selection; holes: HoleIndex; uuid: string }> {
  const { name } = plan.image;
  const epoch = plan.sourceDateEpoch;
  const fresh = epoch === undefined ? newUuid() : noUuid;
  const customisation = customise(plan, root, fresh, time);
  const { overrides, kept, identity, xcatinfo } = customisation;
  const selection = await selectMembers({ root, rules: plan.rules, overrides, identity, kept, time });
  refuseUnmappedIds(selection.members);
  throwProblems(limitProblems(plan.method, selection.members));
  const holes = isArchive(plan.method) ? await findHoles(root, selection.members) : noHoles;
  if (epoch === undefined) return { customisation, selection, holes, uuid: fresh };
  const uuid = packUuid(name, selection.members, epoch, holes);
  const content = overrides.get(xcatinfo)?.content;
  if (Buffer.isBuffer(content)) content.write(xcatinfoText({ name, uuid, seconds: time }));
  return { customisation, selection, holes, uuid };
}
