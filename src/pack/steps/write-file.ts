import { rm } from 'node:fs/promises';
import { fileErrorWords } from '../../base/errors.ts';
import { databaseDigest, largestPackages } from '../../packages/database.ts';
import type { PackedRecord } from '../../plan/manifest.ts';
import { inPhase } from '../../report/reporter.ts';
import type { Scope } from '../../system/scope.ts';
import { temporaryPath } from '../../system/temp.ts';
import { unbootable } from '../formats/initrd-needs.ts';
import { kernelConfigs, unreadableByKernel } from '../formats/kernel-config.ts';
import type { NodeFacts } from '../formats/node-facts.ts';
import type { Difference } from '../layers/difference.ts';
import type { MemberTable } from '../members/member-table.ts';
import { beginGeneration, keepWhileReading } from '../publish/keep-generation.ts';
import type { ProgramOutput } from '../streams/feed-program.ts';
import { comparesMembers, confirmWritten, type PackedFile, readMembers } from '../verify/read-back.ts';
import { type Following, writeImage, writeLayer, type WrittenImage } from '../write/write-image.ts';
import type { OpenedImage } from './open.ts';
import { judgeFiles } from './judge-files.ts';
import { readNodeFacts } from './read-node-facts.ts';
import type { SelectedFiles } from './select-files.ts';

/** A packed file beside its final name, gone with the scope, and what is done while it is written. */
export interface WrittenFile {
  /** Its final name. */
  readonly name: string;
  readonly packed: PackedFile;
  /** What is in it. */
  readonly members: MemberTable;
  readonly image: WrittenImage;
  /** Of what is selected, of the writer, and of what the nodes may not be able to read. */
  readonly warnings: readonly string[];
  readonly nodeFacts: NodeFacts;
  readonly packages: Promise<Pick<PackedRecord, 'largestPackages' | 'packageDatabase'>>;
  /** The set of kernel and initrd that it will be kept with; undefined where none is kept. */
  readonly generation: ReturnType<typeof beginGeneration> | undefined;
}

/**
 * Writes the packed file: all of the selection, or the layer that was chosen. Meanwhile what is selected is
 * judged, kernel and initrd are looked at and kept, and the packages asked for. Throws what judgeFiles does.
 */
export async function writeFile(
  opened: OpenedImage,
  selected: SelectedFiles,
  layer?: Difference,
): Promise<WrittenFile> {
  const { plan, format, reporter, scope, root, tree, before } = opened;
  const { rootimgdir, arch } = plan.image;
  const name = format.fileName(plan.compressor);
  const path = temporaryPath(rootimgdir, name);
  scope.defer('temporary file', () => rm(path, { force: true }));
  const packed: PackedFile = { path, format, compressor: plan.compressor };
  const packages = meanwhile(scope, 'the question about packages', packagesOf(opened));
  const { selection, holes, looked, uuid } = selected;
  const facts = meanwhile(scope, 'the look at the initrd', readNodeFacts(rootimgdir, tree, before));
  const generation = newGeneration(opened, facts);
  const judged: string[] = [];
  const judge = async () => void judged.push(...(await judgeFiles(opened, selected)));
  const job = {
    ...{ root, rootimgdir, selection, holes, looked, uuid, nodeFacts: facts, file: path },
    ...{ compressor: plan.compressor, sourceDateEpoch: plan.sourceDateEpoch, judge },
  };
  const members = layer?.members ?? selection.members;
  const follow = (written: Promise<ProgramOutput>): Following => {
    const isCompared = comparesMembers(format, plan.verify);
    const read = isCompared ? readMembers(packed, members, written) : undefined;
    const onDisk = keepWhileReading(generation, rootimgdir, packed.path, name, (copy) =>
      confirmWritten(packed, written, copy),
    );
    return {
      members: read && meanwhile(scope, 'the reading of the members', read),
      onDisk: meanwhile(scope, 'the reading back', onDisk),
    };
  };
  const title = layer === undefined ? `Write ${name}` : 'Write the layer';
  const image = await inPhase(reporter, title, (phase) =>
    layer === undefined
      ? writeImage(format, job, follow, phase)
      : writeLayer(format, { ...job, layer, arch }),
  );
  const nodeFacts = await facts;
  const warnings = [...judged, ...image.warnings, ...nodeWarnings(opened, nodeFacts)];
  return { name, packed, members, image, warnings, nodeFacts, packages, generation };
}

/** What goes on while the image is being written: a stop may end it then, and the scope waits for it. */
function meanwhile<Answer>(scope: Scope, name: string, asked: Promise<Answer>): Promise<Answer> {
  const answered = asked.then(
    () => {},
    () => {},
  );
  scope.defer(name, () => answered);
  return asked;
}

function nodeWarnings({ plan, format, root }: OpenedImage, facts: NodeFacts): string[] {
  const { name } = plan.image;
  return [
    ...unbootable(format, plan.compressor, facts, name),
    ...unreadableByKernel(format, plan.compressor, kernelConfigs(root, facts.kernelVersion), name),
  ];
}

/** After the look at the initrd: what is known of it is not read again. */
function newGeneration(
  { plan, scope, before }: OpenedImage,
  lookedAt: Promise<unknown>,
): WrittenFile['generation'] {
  if (plan.generations === 0) return undefined;
  const { rootimgdir } = plan.image;
  const shares = plan.layers !== undefined;
  const generation = lookedAt.then(() => beginGeneration(rootimgdir, before?.pack?.generation, shares));
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
