import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, RootimgError, throwProblems } from '../../errors.ts';
import {
  bootFileNames,
  type RollbackMark,
  rollbackMarkName,
  rollbackMarkSchema,
} from '../../plan/generation.ts';
import { manifestName, type PackedRecord } from '../../plan/manifest.ts';
import { inPhase, type Reporter } from '../../report/reporter.ts';
import { fileDigest } from '../../system/file-digest.ts';
import { lockImageDir } from '../../system/lock.ts';
import { publishFile, writeFileAtomic } from '../../system/publish.ts';
import { type Scope, withScope } from '../../system/scope.ts';
import { sweepTemporary, temporaryPath } from '../../system/temp.ts';
import { currentGeneration, type Generation, listGenerations } from './generations.ts';
import { cloneOrCopy } from './keep-generation.ts';
import { removeOtherForms } from './publish.ts';

type BootFile = (typeof bootFileNames)[number];
const [initrdName, kernelName] = bootFileNames;
const secondInitrdName = 'initrd-statelite.gz';

export interface RollbackRequest {
  readonly name: string;
  readonly rootimgdir: string;
  /** Absent: the one of a rollback that was cut off, else the newest set before the published one. */
  readonly generation?: number;
  /** `<tftpdir>/xcat/osimage/<image>`, where the management node has kernel and initrd besides. */
  readonly tftpImageDir: string;
}

/** Publishes a kept set again. Throws when it is not there or not whole, and then nothing is changed. Gives its number. */
export async function rollback(request: RollbackRequest, reporter: Reporter): Promise<number> {
  const { rootimgdir, name } = request;
  return withScope(async (scope) => {
    scope.defer('lock', await lockImageDir(rootimgdir, `rootimg rollback ${name}`));
    const mark = await unfinishedRollback(rootimgdir);
    const target = await chooseTarget(request, mark);
    const folders = mark?.folders ?? (await bootFolders(request));
    await inPhase(reporter, `Check generation ${target.number}`, () => checkWhole(target));
    await inPhase(reporter, `Publish generation ${target.number}`, () =>
      publishGeneration(scope, rootimgdir, folders, target),
    );
    return target.number;
  });
}

/** What a killed rollback has left to do; undefined when there was none, or when somebody has built or packed since. */
export async function unfinishedRollback(rootimgdir: string): Promise<RollbackMark | undefined> {
  const text = await readFile(join(rootimgdir, rollbackMarkName), 'utf8').catch(() => undefined);
  const mark = text === undefined ? undefined : rollbackMarkSchema.safeParse(JSON.parse(text)).data;
  return mark?.manifest === (await manifestDigest(rootimgdir)) ? mark : undefined;
}

/**
 * Finishes what a killed rollback began, so that no pack puts a root beside the wrong kernel; forgets a rollback that others have overtaken. Only for the
 * holder of the folder's lock. Gives the number of the generation, undefined when there was nothing to do.
 */
export async function finishRollback(scope: Scope, rootimgdir: string): Promise<number | undefined> {
  const mark = await unfinishedRollback(rootimgdir);
  const all = mark === undefined ? [] : await listGenerations(rootimgdir);
  const target = all.find(({ number }) => number === mark?.generation);
  if (mark === undefined || target === undefined) {
    await rm(join(rootimgdir, rollbackMarkName), { force: true });
    return undefined;
  }
  await checkWhole(target);
  await publishGeneration(scope, rootimgdir, mark.folders, target);
  return target.number;
}

async function chooseTarget(
  { rootimgdir, name, generation }: RollbackRequest,
  mark: RollbackMark | undefined,
): Promise<Generation> {
  const all = await listGenerations(rootimgdir);
  const current = await currentGeneration(rootimgdir);
  const older = all.findLast(({ number }) => current === undefined || number < current);
  const wanted = generation ?? mark?.generation ?? older?.number;
  const target = all.find(({ number }) => number === wanted);
  if (target !== undefined) return target;
  const numbers = all.map(({ number }) => number).join(', ');
  const what = wanted === undefined ? 'There is no older generation' : `There is no generation ${wanted}`;
  throw new RootimgError('no-generation', `${what} of ${name} in ${rootimgdir}.`, {
    hint: all.length === 0 ? 'packimage keeps one with each pack.' : `Kept: ${numbers}.`,
  });
}

function packOf({ number, folder, manifest }: Generation): PackedRecord {
  if (manifest?.pack !== undefined) return manifest.pack;
  throw new RootimgError(
    'generation-damaged',
    `Generation ${number} has no readable ${manifestName} in ${folder}.`,
  );
}

/** Reads every file of a set: its digest must be the one that was written down when it was packed. */
async function checkWhole(generation: Generation): Promise<void> {
  const pack = packOf(generation);
  const digests = { ...pack.bootFiles, [pack.file]: pack.sha256 };
  const problems: Problem[] = [];
  for (const [name, wanted] of Object.entries(digests)) {
    const path = join(generation.folder, name);
    const found = await fileDigest(path).catch((error: NodeJS.ErrnoException) => error.code ?? 'unreadable');
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

/** What goes where, copied beside its place already. */
interface Prepared {
  readonly name: string;
  readonly temporary: string;
  readonly final: string;
}

/**
 * Puts a set in place by renames. When its kernel is another one, kernel and initrd are first taken away and come back last, the kernel at the very end:
 * at no moment is a kernel there with another kernel's initrd or root, and a node that asks in between finds none and asks again. A mark says what was
 * under way, so that the next run finishes it.
 */
async function publishGeneration(
  scope: Scope,
  rootimgdir: string,
  folders: readonly string[],
  target: Generation,
): Promise<void> {
  const pack = packOf(target);
  const changed = await changedBootFiles(folders, pack);
  const text = await readFile(join(target.folder, manifestName), 'utf8');
  for (const folder of folders) await sweepTemporary(folder);
  const prepare = async (folder: string, name: string, finalName = name): Promise<Prepared> => {
    const temporary = temporaryPath(folder, finalName);
    scope.defer('temporary file', () => rm(temporary, { force: true }));
    await cloneOrCopy(join(target.folder, name), temporary);
    return { name, temporary, final: join(folder, finalName) };
  };
  const root = await prepare(rootimgdir, pack.file);
  const boot: Prepared[] = [];
  for (const folder of folders) {
    for (const name of changed) boot.push(await prepare(folder, name));
    // xCAT: the two names of the initrd.
    if (folder === rootimgdir && changed.includes(initrdName)) {
      boot.push(await prepare(folder, initrdName, secondInitrdName));
    }
  }
  const mark: RollbackMark = {
    generation: target.number,
    manifest: await manifestDigest(rootimgdir),
    folders: [...folders],
  };
  const markPath = join(rootimgdir, rollbackMarkName);
  await writeFileAtomic(markPath, `${JSON.stringify(mark)}\n`);
  if (changed.includes(kernelName)) await takeBootFilesAway(folders);
  await publishFile(root.temporary, root.final);
  await writeFileAtomic(`${root.final}.sha256`, `${pack.sha256}  ${pack.file}\n`);
  await removeOtherForms(rootimgdir, pack.file);
  for (const one of boot.filter(({ name }) => name !== kernelName))
    await publishFile(one.temporary, one.final);
  for (const one of boot.filter(({ name }) => name === kernelName))
    await publishFile(one.temporary, one.final);
  await writeFileAtomic(join(rootimgdir, manifestName), text);
  await rm(markPath);
}

/** Boot files of the set that are other ones than those in place, or not in place. */
async function changedBootFiles(folders: readonly string[], pack: PackedRecord): Promise<BootFile[]> {
  const changed: BootFile[] = [];
  for (const name of bootFileNames) {
    const wanted = pack.bootFiles?.[name];
    if (wanted === undefined) continue;
    const now = await Promise.all(folders.map((folder) => fileDigest(join(folder, name)).catch(() => '')));
    if (now.some((digest) => digest !== wanted)) changed.push(name);
  }
  return changed;
}

/** The image folder, and the tftp folder where genimage has put kernel and initrd there too. */
async function bootFolders({ rootimgdir, tftpImageDir }: RollbackRequest): Promise<string[]> {
  const names = await readdir(tftpImageDir).catch((): string[] => []);
  return names.includes(kernelName) ? [rootimgdir, tftpImageDir] : [rootimgdir];
}

/** The kernels first: a node begins with them. Gone ones are no error: a killed run may have begun. */
async function takeBootFilesAway(folders: readonly string[]): Promise<void> {
  for (const name of [kernelName, initrdName, secondInitrdName]) {
    for (const folder of folders) await rm(join(folder, name), { force: true });
  }
}

async function manifestDigest(rootimgdir: string): Promise<string> {
  const text = await readFile(join(rootimgdir, manifestName), 'utf8').catch(() => '');
  return createHash('sha256').update(text).digest('hex');
}
