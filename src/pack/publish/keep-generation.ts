import { chmod, type FileHandle, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cloneWhole, copyWhole } from '../../base/copy-file.ts';
import { writeFile } from '../../base/write-file.ts';
import { flushFile, flushMadeFolder, flushMeanwhile } from '../../base/flush.ts';
import { keptBootFiles } from '../../plan/generation.ts';
import { type Manifest, manifestName, manifestText, type PackedRecord } from '../../plan/manifest.ts';
import { fileDigest } from '../../system/file-digest.ts';
import { knownDigest } from '../../system/known-digest.ts';
import type { SignedList } from '../../plan/signed-list.ts';
import { throwIfStopped } from '../../system/signals.ts';
import { orRemove, temporaryDir } from '../../system/temp.ts';
import { diskFull, isDiskFull } from '../streams/disk-full.ts';
import { generationDir, generationNumbers } from './generations.ts';
import { copySignatures } from './sign-boot-files.ts';
import { putSignedList } from './signed-list.ts';

/** A set that is being put together beside the published one. */
export interface NewGeneration {
  readonly number: number;
  /** Temporary; swept when we are killed. */
  readonly folder: string;
  /** Digests of the boot files that are in it. */
  readonly bootFiles: Record<string, string>;
}

/**
 * Begins the next set with a copy of the kernel and initrd that are published now, where there are any. Its
 * number comes after all that have been given, also when the newest, the published `current`, has been
 * removed. With `shares` they are the files of the newest set where those are the same.
 */
export async function beginGeneration(
  rootimgdir: string,
  current: number | undefined,
  shares: boolean,
): Promise<NewGeneration> {
  const newest = (await generationNumbers(rootimgdir)).at(-1);
  const number = 1 + Math.max(newest ?? 0, current ?? 0);
  const folder = await temporaryDir(rootimgdir, 'generation');
  const shared = shares && newest !== undefined ? generationDir(rootimgdir, newest) : undefined;
  return orRemove(folder, async () => ({
    number,
    folder,
    bootFiles: await keepBootFiles(rootimgdir, folder, shared),
  }));
}

/** Copies what nodes boot from into a new set, and gives the digests. */
async function keepBootFiles(
  rootimgdir: string,
  folder: string,
  shared: string | undefined,
): Promise<Record<string, string>> {
  await chmod(folder, 0o755);
  const bootFiles: Record<string, string> = {};
  for (const name of keptBootFiles) {
    const source = join(rootimgdir, name);
    const same = shared && (await shareFile(source, join(shared, name), join(folder, name)));
    if (same) {
      bootFiles[name] = same;
      await copySignatures(source, join(folder, name));
      continue;
    }
    const before = await knownDigest(source);
    const copied = await cloneOrCopy(source, join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw asDiskFull(error, rootimgdir);
    });
    if (!copied) continue;
    // What is kept is what is described: of the copy, unless nobody has touched what was read already.
    const isSame = before !== undefined && before === (await knownDigest(source));
    bootFiles[name] = isSame ? before : await fileDigest(join(folder, name));
    await copySignatures(source, join(folder, name));
  }
  return bootFiles;
}

/** Gives `kept` another name, `to`, where it has the bytes of `source`; then gives their digest. */
async function shareFile(source: string, kept: string, to: string): Promise<string | undefined> {
  const digests = [fileDigest(source), fileDigest(kept)].map((digest) => digest.catch(throwIfStopped));
  const [wanted, found] = await Promise.all(digests);
  if (wanted === undefined || wanted !== found) return undefined;
  await linkOrCopy(kept, to);
  return wanted;
}

/** Adds a file to a new set. */
export async function addFile(
  { folder }: NewGeneration,
  rootimgdir: string,
  source: string,
  name: string,
): Promise<void> {
  await cloneOrCopy(source, join(folder, name)).catch((error: NodeJS.ErrnoException) => {
    throw asDiskFull(error, rootimgdir);
  });
}

/**
 * The same, where there is a new set, while `read` reads the file, which may be growing, so that it is not read
 * twice: where no blocks can be shared, `read` is given the file to write what it reads to. Gives what `read` gives.
 */
export async function keepWhileReading<Answer>(
  begun: Promise<NewGeneration> | undefined,
  rootimgdir: string,
  source: string,
  name: string,
  read: (copy?: FileHandle) => Promise<Answer>,
): Promise<Answer> {
  const generation = await begun;
  if (generation === undefined) return read();
  const to = join(generation.folder, name);
  const isCloned = await cloneWhole(source, to);
  const copy = isCloned ? undefined : await open(to, 'wx');
  try {
    const reading = read(copy);
    if (copy) void flushMeanwhile(to, reading);
    const answer = await reading;
    if (isCloned) await replaceCopy(source, to);
    await chmod(to, 0o644);
    await flushFile(to);
    return answer;
  } catch (error) {
    throw asDiskFull(error as NodeJS.ErrnoException, rootimgdir);
  } finally {
    await copy?.close();
  }
}

/** A clone has the bytes that its file had then. */
async function replaceCopy(source: string, to: string): Promise<void> {
  await rm(to);
  await copyWhole(source, to, { exclusive: true });
}

/**
 * Gives a complete set its number. From then on it can be rolled back to, also when we are killed, or the
 * host loses power, before the published files follow.
 */
export async function keepGeneration(
  rootimgdir: string,
  generation: NewGeneration,
  { file, sha256 }: PackedRecord,
  manifest: Manifest,
  signed: SignedList | undefined,
): Promise<void> {
  const { folder, number } = generation;
  if (signed !== undefined) await putSignedList(folder, signed);
  const digestName = `${file}.sha256`;
  await writeFile(join(folder, digestName), `${sha256}  ${file}\n`);
  await writeFile(join(folder, manifestName), manifestText(manifest));
  for (const name of [digestName, manifestName]) await flushFile(join(folder, name));
  await flushFile(folder);
  const final = generationDir(rootimgdir, number);
  const firstMade = await mkdir(dirname(final), { recursive: true, mode: 0o755 });
  await rename(folder, final);
  await flushMadeFolder(dirname(final), firstMade);
}

/**
 * A file of its own with the same bytes: sharing blocks where the file system can, else a copy. Never a hard
 * link: `rsync --inplace` of one name would spoil the other. Its bytes are on the disk.
 */
export async function cloneOrCopy(from: string, to: string): Promise<true> {
  await copyWhole(from, to, { exclusive: true });
  await chmod(to, 0o644);
  await flushFile(to);
  return true;
}

/** What a link is refused with by file systems that have none, or no more of one file, or lie elsewhere. */
const noLink: ReadonlySet<string> = new Set(['EXDEV', 'EMLINK', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Another name of a file that nobody writes to any more, as its name is made of its content or it lies in a
 * kept set; a copy where the file system has no links.
 */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && noLink.has(String(error.code)))) throw error;
    await cloneOrCopy(from, to);
  }
}

function asDiskFull(error: Error, rootimgdir: string): Error {
  return isDiskFull(error) ? diskFull(rootimgdir, { cause: error }) : error;
}
