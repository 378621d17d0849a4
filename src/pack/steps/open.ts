import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toBinary } from '../../base/bytes.ts';
import { throwProblems } from '../../base/errors.ts';
import { checkDatabase } from '../../packages/database.ts';
import { type Manifest, manifestName, type PackedRecord } from '../../plan/manifest.ts';
import type { PackPlan } from '../../plan/pack-plan.ts';
import type { SignedList, Signer } from '../../plan/signed-list.ts';
import type { Reporter } from '../../report/reporter.ts';
import { lockImageDir, type LockOptions } from '../../system/lock.ts';
import type { Scope } from '../../system/scope.ts';
import { adoptStagedTree } from '../../system/staged-tree.ts';
import { sweepTemporary } from '../../system/temp.ts';
import { openTree, type Tree } from '../../system/tree/open-tree.ts';
import { findTreePlace } from '../../system/tree/tree-place.ts';
import type { Format } from '../formats/format.ts';
import { formatOf } from '../formats/formats.ts';
import { readManifest } from '../publish/generations.ts';
import { finishRollback } from '../publish/rollback.ts';
import { checkHost } from './tools.ts';
import { needTree, refuseOtherImage, refuseOtherKernel, refuseUnfinished } from './tree-state.ts';

/** A packed root that waits to be published. */
export interface UnpublishedPack {
  readonly file: string;
  readonly record: PackedRecord;
  readonly signed: SignedList | undefined;
  /** Of one in layers, of which `file` is the list: path of each by its name. */
  readonly layers?: ReadonlyMap<string, string> | undefined;
}

export interface PackContext {
  readonly reporter: Reporter;
  /** Called with the verified file before it is published; when it throws, nothing is. */
  readonly gate?: (packed: UnpublishedPack) => Promise<void>;
  /** Signs what is packed before nodes see it. */
  readonly sign?: { readonly signer: Signer; readonly tftpImageDir: string };
  /** False: the file only goes through the gate and is gone again. */
  readonly publish?: boolean;
  /** Called when a pack is published, with the manifest of the one before it and its own. */
  readonly onPublished?: (before: Manifest, now: Manifest) => Promise<void>;
  /** Whether the lock of the image folder is waited for. */
  readonly lock?: LockOptions;
}

/** An image folder that is ours, with a tree that may be packed. */
export interface OpenedImage {
  readonly plan: PackPlan;
  readonly format: Format;
  readonly reporter: Reporter;
  readonly scope: Scope;
  /** The tree, links worked through: its path, and itself. */
  readonly tree: string;
  readonly root: Tree;
  /** The manifest, with what is published now. */
  readonly before: Manifest | undefined;
  /** Seconds since the epoch: the time of this pack. */
  readonly time: number;
}

/**
 * Throws what makes a pack impossible, before the lock is taken. A build that is waited for may have yet to
 * make the tree.
 */
export async function checkBeforehand(plan: PackPlan, { lock }: PackContext): Promise<void> {
  if (lock?.onWait === undefined) await needTree(plan.image.rootimgdir, plan.image.name);
  throwProblems(await checkHost(formatOf(plan.method), plan.compressor));
}

/**
 * Locks the image folder until the scope ends, tidies what killed runs left, and refuses a tree that is not
 * fit to be packed.
 */
export async function openImage(plan: PackPlan, context: PackContext, scope: Scope): Promise<OpenedImage> {
  const { reporter } = context;
  const { rootimgdir, name } = plan.image;
  scope.defer('lock', await lockImageDir(rootimgdir, `packimage ${name}`, context.lock));
  await needTree(rootimgdir, name);
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
  if (before === undefined) warnOfDamage(rootimgdir, name, reporter);
  if (!plan.force) refuseOtherImage(rootimgdir, name, before);
  await refuseOtherKernel(rootimgdir, tree, name, before);
  checkDatabase(tree);
  const format = formatOf(plan.method);
  announce(plan, format, reporter);
  const time = plan.sourceDateEpoch ?? Math.floor(Date.now() / 1000);
  return { plan, format, reporter, scope, tree, root, before, time };
}

/** A manifest that nobody can read is replaced by that of this pack, which knows nothing of the build. */
function warnOfDamage(rootimgdir: string, name: string, reporter: Reporter): void {
  const path = join(rootimgdir, manifestName);
  if (!existsSync(path)) return;
  reporter.warn(
    `${path} is damaged, or of a newer rootimg: what it said of the build of '${name}' is not in the new one.`,
  );
}

/** The lines of the contract, which scripts read. */
function announce(plan: PackPlan, format: Format, reporter: Reporter): void {
  reporter.line(`Packing contents of ${join(plan.image.rootimgdir, 'rootimg')}`);
  reporter.line(`archive method:${plan.method}`);
  if (format.onNode === 'unpacked') reporter.line(`compress method:${plan.compressor}`);
}
