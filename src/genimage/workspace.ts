import { existsSync } from 'node:fs';
import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileErrorWords, RootimgError } from '../base/errors.ts';
import { followedPath } from '../base/followed-path.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { lockImageDir, lockName, type LockOptions, waitOption } from '../system/lock.ts';
import { type Scope, withScope } from '../system/scope.ts';
import { sweepTemporary, temporaryDir, temporaryPath } from '../system/temp.ts';
import { settleSwap } from '../system/tree-swap.ts';
import {
  closeBeside,
  findTreePlace,
  openBeside,
  treeName,
  type TreePlace,
} from '../system/tree/tree-place.ts';
import type { Build, BuildContext } from './build-context.ts';
import { removeMark } from './build-mark.ts';
import { openLogs } from './logs.ts';
import { findMountsBelow } from '../system/mounts-below.ts';

/**
 * Runs `work` with the image folder made, locked and swept, and a temporary folder in it. When it fails
 * before the tree has changed, everything made here goes away again; when it fails later, a tree that this
 * run began is removed, an older one keeps its mark.
 */
export async function withBuildFolder(
  plan: BuildPlan,
  context: BuildContext,
  work: (build: Build) => Promise<void>,
): Promise<void> {
  await withScope(async (scope) => {
    const build = await openBuildFolder(plan, context, scope);
    try {
      await work(build);
    } catch (error) {
      await removeUnfinished(build).catch((cause: unknown) => {
        context.reporter.warn(`The unfinished ${build.root} cannot be removed: ${fileErrorWords(cause)}.`);
      });
      throw error;
    }
    build.logs.keep();
  });
}

/** Whether to wait for the lock of the image folder, and what to say. */
export function lockOptions(plan: BuildPlan, context: BuildContext): LockOptions {
  return waitOption('genimage', plan.request.wait, (text) => context.reporter.info(text));
}

async function openBuildFolder(plan: BuildPlan, context: BuildContext, scope: Scope): Promise<Build> {
  const folder = plan.image.rootimgdir;
  const tree = { isNew: false, marked: false, changed: false };
  const firstMade = await mkdir(await followedPath(folder), { recursive: true }).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new RootimgError('folder-unusable', `The image folder ${folder} cannot be made: ${reason}.`, {
      cause,
    });
  });
  const removeFolders = async () => {
    if (firstMade !== undefined && !tree.changed) await removeEmpty(folder, firstMade);
  };
  scope.defer('the image folder', removeFolders);
  const lockFile = join(folder, lockName);
  const lockIsNew = !existsSync(lockFile);
  const unlock = await lockImageDir(folder, context.command, lockOptions(plan, context));
  scope.defer('the lock', unlock);
  scope.defer('the lock file', async () => {
    if (lockIsNew && !tree.changed) await rm(lockFile, { force: true });
  });
  const place = await findTreePlace(folder);
  await settleSwap(place);
  await sweepTemporary(folder);
  const temporary = await temporaryDir(folder, 'build');
  scope.defer('the temporary folder', () => rm(temporary, { recursive: true, force: true }));
  const treeTemporary = place.isLinked ? await openTreeTemporary(place, scope) : temporary;
  return {
    plan,
    context,
    reporter: context.reporter,
    folder,
    root: plan.request.fresh ? join(treeTemporary, treeName) : place.root,
    place,
    temporary,
    treeTemporary,
    logs: openLogs(join(temporary, 'logs'), join(folder, 'logs')),
    warnings: [],
    times: {},
    tree,
  };
}

/**
 * A folder of this run beside a tree that lies elsewhere, swept of what killed runs left there; it goes at
 * the end, its parent when empty.
 */
async function openTreeTemporary(place: TreePlace, scope: Scope): Promise<string> {
  await openBeside(place);
  scope.defer('the folder beside the tree', () => closeBeside(place));
  await sweepTemporary(place.beside);
  const temporary = await temporaryDir(place.beside, 'build');
  scope.defer('the temporary folder beside the tree', () => rm(temporary, { recursive: true, force: true }));
  return temporary;
}

/**
 * Takes away what a failed run made: the tree that it began, or, where nothing had changed yet, its mark on
 * the older tree. Says what is left where.
 */
async function removeUnfinished(build: Build): Promise<void> {
  const { tree, root, place, folder, treeTemporary, reporter } = build;
  if (build.logs.kept !== undefined) reporter.info(`The output of the tools is in ${build.logs.kept}.`);
  if (!tree.marked) {
    if (build.plan.request.fresh && existsSync(place.root)) {
      reporter.info(`${place.root} is still the tree of the last build; packimage packs that.`);
    }
    return;
  }
  if (tree.whole) {
    reporter.warn(
      `Kernel, initrd and manifest in ${folder} may be of another build than its tree: run genimage again.`,
    );
    return;
  }
  if (!tree.isNew && tree.changed) {
    reporter.warn(`${root} is half updated. The next genimage keeps it under another name and builds anew.`);
    return;
  }
  if (tree.isNew && existsSync(root)) {
    const mounted = await findMountsBelow(root);
    if (mounted.length > 0) {
      reporter.warn(`${root} is unfinished and stays, because ${mounted.join(', ')} is mounted.`);
      return;
    }
    // Out of sight at once: a reader never meets half a tree. The temporary folder goes in the end.
    await rename(root, temporaryPath(treeTemporary, 'tree'));
    if (tree.changed) reporter.info(`The unfinished ${root} was removed.`);
  }
  await removeMark(folder);
}

/** Removes empty folders from `folder` up to `last`. */
async function removeEmpty(folder: string, last: string): Promise<void> {
  for (let path = folder; path.length >= last.length; path = dirname(path)) {
    const gone = await rmdir(path).then(
      () => true,
      () => false,
    );
    if (!gone) return;
  }
}
