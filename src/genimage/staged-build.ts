import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyWhole } from '../base/copy-file.ts';
import { RootimgError, throwProblems } from '../base/errors.ts';
import { followedPath } from '../base/followed-path.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { manifestName } from '../plan/manifest.ts';
import { inPhase } from '../report/reporter.ts';
import { fileDigest } from '../system/file-digest.ts';
import { lockImageDir } from '../system/lock.ts';
import { publishFile } from '../system/publish.ts';
import { withScope } from '../system/scope.ts';
import { publishStagedTree, writeStagedTree } from '../system/staged-tree.ts';
import { sweepTemporary, temporaryPath } from '../system/temp.ts';
import type { BuildContext } from './build-context.ts';
import { checkOtherImage } from './preflight/other-image.ts';
import { removeMark, setMark } from './build-mark.ts';
import { bootFolder, eachBootFile, putInPlace } from './publish-boot-files.ts';
import { lockOptions } from './workspace.ts';

/**
 * Builds in a local folder (`build` does, with the plan for it) and copies the result to the image folder,
 * where root may be nobody (root_squash): kernel, initrds and manifest as they are, the tree as one file,
 * which packimage unpacks on the host whose disk it is. Each copy is read back and compared by digest.
 */
export async function buildStaged(
  plan: BuildPlan,
  context: BuildContext,
  stage: string,
  build: (plan: BuildPlan) => Promise<void>,
): Promise<void> {
  const folder = plan.image.rootimgdir;
  const local = join(stage, plan.image.name);
  await withScope(async (scope) => {
    await mkdir(await followedPath(folder), { recursive: true }).catch((cause: unknown) => {
      throw unwritable(folder, cause);
    });
    scope.defer(
      'the lock',
      await lockImageDir(folder, context.command, lockOptions(plan, context)).catch((cause: unknown) => {
        throw cause instanceof RootimgError ? cause : unwritable(folder, cause);
      }),
    );
    throwProblems(await checkOtherImage(plan));
    await sweepTemporary(folder);
    const { stage: _stage, ...request } = plan.request;
    await build({ ...plan, request, image: { ...plan.image, rootimgdir: local } });
    await inPhase(context.reporter, `Copy the image to ${folder}`, async () => {
      const tree = await writeStagedTree(local, folder);
      scope.defer('the copy of the tree', () => rm(tree.temporary, { force: true }));
      const copy = async (name: string) => {
        const temporary = temporaryPath(folder, name);
        scope.defer(`the copy of ${name}`, () => rm(temporary, { force: true }));
        await copyVerified(join(local, name), temporary);
        return temporary;
      };
      const boot = await bootFolder(folder, await eachBootFile(copy));
      const manifest = await copy(manifestName);
      await setMark(folder, `Copy the image to ${folder}`, true);
      await publishStagedTree(folder, tree);
      await putInPlace([boot]);
      await publishFile(manifest, join(folder, manifestName));
      await removeMark(folder);
    });
  });
  context.reporter.info(`The tree is in ${folder} as one file; packimage takes it from there.`);
}

async function copyVerified(from: string, to: string): Promise<void> {
  await copyWhole(from, to);
  if ((await fileDigest(to)) === (await fileDigest(from))) return;
  throw new RootimgError('stage-copy', `${from} does not read back the same from ${dirname(to)}.`);
}

function unwritable(folder: string, cause: unknown): RootimgError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new RootimgError('folder-unusable', `Root of this host cannot write to ${folder}: ${reason}.`, {
    cause,
    hint: 'Let its owner be the user that root is on the file server (often nobody), or build with a local --rootimgdir.',
  });
}
