import { rm } from 'node:fs/promises';
import { fileErrorWords } from '../../base/errors.ts';
import { databaseDigest, largestPackages } from '../../packages/database.ts';
import type { PackedRecord } from '../../plan/manifest.ts';
import { inPhase } from '../../report/reporter.ts';
import type { Scope } from '../../system/scope.ts';
import { temporaryPath } from '../../system/temp.ts';
import { contentDigest } from '../members/content-digest.ts';
import { beginGeneration } from '../publish/keep-generation.ts';
import { comparesMembers, type PackedFile, readMembers } from '../verify/read-back.ts';
import { writeImage, type WrittenImage } from '../write/write-image.ts';
import type { OpenedImage } from './open.ts';
import type { SelectedFiles } from './select-files.ts';

/** A packed file beside its final name, gone with the scope, and what is done while it is written. */
export interface WrittenFile {
  /** Its final name. */
  readonly name: string;
  readonly packed: PackedFile;
  readonly image: WrittenImage;
  readonly packages: Promise<Pick<PackedRecord, 'largestPackages' | 'packageDatabase'>>;
  readonly content: ReturnType<typeof contentDigest>;
  /** The set of kernel and initrd that it will be kept with; undefined where none is kept. */
  readonly generation: ReturnType<typeof beginGeneration> | undefined;
}

/**
 * Writes the packed file. Meanwhile kernel and initrd are kept, the packages asked for, and the digest of the
 * content is made.
 */
export async function writeFile(opened: OpenedImage, selected: SelectedFiles): Promise<WrittenFile> {
  const { plan, format, reporter, root, nodeFacts } = opened;
  const { rootimgdir } = plan.image;
  const name = format.fileName(plan.compressor);
  const path = temporaryPath(rootimgdir, name);
  opened.scope.defer('temporary file', () => rm(path, { force: true }));
  const packed: PackedFile = { path, format, compressor: plan.compressor };
  const { selection, holes, uuid } = selected;
  const meanwhile = <T>(what: string, work: Promise<T>): Promise<T> =>
    heardAtTheEnd(opened.scope, what, work);
  const packages = meanwhile('the question about packages', packagesOf(opened));
  const content = meanwhile('the digest of the content', contentDigest(root, selection.members, holes));
  const generation = newGeneration(opened);
  const job = {
    ...{ root, rootimgdir, selection, holes, uuid, nodeFacts, file: path },
    ...{ compressor: plan.compressor, sourceDateEpoch: plan.sourceDateEpoch },
  };
  const follow = (written: Promise<number>) =>
    comparesMembers(format, plan.verify) ? readMembers(packed, selection.members, written) : undefined;
  const image = await inPhase(reporter, `Write ${name}`, (phase) => writeImage(format, job, follow, phase));
  return { name, packed, image, packages, content, generation };
}

/** What runs beside the writing: nothing of it goes on when the scope has ended, whoever waits for it. */
function heardAtTheEnd<T>(scope: Scope, what: string, work: Promise<T>): Promise<T> {
  const ended = work.then(
    () => {},
    () => {},
  );
  scope.defer(what, () => ended);
  return work;
}

function newGeneration({ plan, scope, before }: OpenedImage): WrittenFile['generation'] {
  if (plan.generations === 0) return undefined;
  const generation = beginGeneration(plan.image.rootimgdir, before?.pack?.generation);
  generation.catch(() => {});
  scope.defer('new generation', async () => {
    const folder = (await generation.catch(() => undefined))?.folder;
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });
  return generation;
}

/** Of the pack before, when the package database is still the same: asking it takes a while. */
async function packagesOf({
  tree,
  before,
  reporter,
}: OpenedImage): Promise<Pick<PackedRecord, 'largestPackages' | 'packageDatabase'>> {
  const last = before?.pack;
  try {
    const packageDatabase = await databaseDigest(tree);
    if (packageDatabase === undefined) return {};
    const known = last?.packageDatabase === packageDatabase ? last.largestPackages : undefined;
    const packages = known ?? (await largestPackages(tree));
    return packages === undefined ? {} : { largestPackages: packages, packageDatabase };
  } catch (error) {
    // As where /tmp is full: no pack fails for what is only told beside it.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    reporter.warn(`The packages of the image cannot be asked for: ${fileErrorWords(error)}.`);
    return {};
  }
}
