import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, RootimgError, throwProblems } from '../../base/errors.ts';
import { type RollbackMark, rollbackMarkName } from '../../plan/generation.ts';
import { filesOfPack } from '../../plan/layer-list.ts';
import { hasForeignInitrd } from '../../plan/manifest.ts';
import { inPhase, type Reporter } from '../../report/reporter.ts';
import { digestOrReason } from '../../system/file-digest.ts';
import { lockImageDir } from '../../system/lock.ts';
import { type Scope, withScope } from '../../system/scope.ts';
import { currentGeneration, type Generation, listGenerations } from './generations.ts';
import { packOf, publishGeneration } from './publish-generation.ts';
import { describeMark, unfinishedRollback } from './rollback-mark.ts';

export interface RollbackRequest {
  readonly name: string;
  readonly rootimgdir: string;
  /** Absent: the one of a rollback that was cut off, else the newest set before the published one. */
  readonly generation?: number;
  /** `<tftpdir>/xcat/osimage/<image>`, where the management node has kernel and initrd besides. */
  readonly tftpImageDir: string;
}

/**
 * Publishes a kept set again. Throws when it is not there or not whole, and then nothing is changed. Gives
 * its number.
 */
export async function rollback(request: RollbackRequest, reporter: Reporter): Promise<number> {
  const { rootimgdir, name } = request;
  return withScope(async (scope) => {
    scope.defer('lock', await lockImageDir(rootimgdir, `rootimg rollback ${name}`));
    // A named set is published whole, whatever was under way.
    const mark = request.generation === undefined ? await unfinishedRollback(rootimgdir) : undefined;
    const target = await chooseTarget(request, mark);
    const folders = bootFolders(request);
    await inPhase(reporter, `Check generation ${target.number}`, () => checkWhole(target));
    const warnings = await inPhase(reporter, `Publish generation ${target.number}`, () =>
      publishGeneration(scope, rootimgdir, folders, target),
    );
    for (const warning of warnings) reporter.warn(warning);
    if (hasForeignInitrd(target.manifest)) reporter.warn(foreignInitrd([target.number], name));
    return target.number;
  });
}

/**
 * Finishes what a killed rollback began, so that no pack puts a root beside the wrong kernel; forgets a
 * rollback that others have overtaken. Only for the holder of the folder's lock. Throws `rollback-unfinished`
 * when the set is gone: kernel and initrd may be missing then.
 */
export async function finishRollback(
  scope: Scope,
  { rootimgdir, name }: Pick<RollbackRequest, 'rootimgdir' | 'name'>,
  reporter: Reporter,
): Promise<void> {
  const mark = await unfinishedRollback(rootimgdir);
  if (mark === undefined) {
    await rm(join(rootimgdir, rollbackMarkName), { force: true });
    return;
  }
  const all = await listGenerations(rootimgdir);
  const target = all.find(({ number }) => number === mark.generation);
  if (target === undefined) {
    const what = `In ${name} ${describeMark(mark)} was cut off, and that generation is gone.`;
    const kept = all.map(({ number }) => number).join(', ');
    throw new RootimgError('rollback-unfinished', what, {
      hint:
        all.length === 0
          ? `Make kernel and initrd anew: genimage --onlyinitrd ${name}`
          : `Publish another one: rootimg rollback ${name} n (kept: ${kept}).`,
    });
  }
  await checkWhole(target);
  const warnings = await publishGeneration(scope, rootimgdir, mark.folders, target);
  for (const warning of warnings) reporter.warn(warning);
  reporter.info(`Finished ${describeMark(mark)} that was cut off.`);
}

/** Of kept sets whose initrd is another tool's. */
export function foreignInitrd(numbers: readonly number[], name: string): string {
  const of = numbers.length === 1 ? `generation ${numbers[0]}` : `generations ${numbers.join(', ')}`;
  return `The initrd of ${of} was not made by this genimage: nobody knows whether it checks digests and signatures. genimage --onlyinitrd ${name} makes one that does.`;
}

async function chooseTarget(
  { rootimgdir, name, generation }: RollbackRequest,
  mark: RollbackMark | undefined,
): Promise<Generation> {
  const all = await listGenerations(rootimgdir);
  const current = await currentGeneration(rootimgdir);
  const older = all.findLast(({ number }) => current === undefined || number < current);
  // A pack that was cut off is not where anybody wanted to go back to.
  const begun = mark?.folders.length === 0 ? undefined : mark?.generation;
  const wanted = generation ?? begun ?? older?.number;
  const target = all.find(({ number }) => number === wanted);
  if (target !== undefined) return target;
  const numbers = all.map(({ number }) => number).join(', ');
  const what = wanted === undefined ? 'There is no older generation' : `There is no generation ${wanted}`;
  throw new RootimgError('no-generation', `${what} of ${name} in ${rootimgdir}.`, {
    hint: all.length === 0 ? 'packimage keeps one with each pack.' : `Kept: ${numbers}.`,
  });
}

/** Reads every file of a set: its digest must be the one that was written down when it was packed. */
async function checkWhole(generation: Generation): Promise<void> {
  const pack = packOf(generation);
  const packed = filesOfPack(pack).map(({ file, sha256 }) => [file, sha256] as const);
  const digests = { ...pack.bootFiles, ...Object.fromEntries(packed) };
  const problems: Problem[] = [];
  for (const [name, wanted] of Object.entries(digests)) {
    const path = join(generation.folder, name);
    const found = await digestOrReason(path);
    if (found === wanted) continue;
    const message = `${path} is not what was packed (sha256 ${found}, expected ${wanted}).`;
    problems.push({
      code: 'generation-damaged',
      message,
      hint: 'Nothing was changed. Choose another generation.',
    });
  }
  throwProblems(problems);
}

/** The image folder, and the folder on the management node where genimage puts kernel and initrd besides. */
function bootFolders({ rootimgdir, tftpImageDir }: RollbackRequest): string[] {
  return existsSync(tftpImageDir) ? [rootimgdir, tftpImageDir] : [rootimgdir];
}
