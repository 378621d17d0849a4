import { unpackedNeed, memoryNeed } from '../../plan/image-words.ts';
import type { PackedRecord } from '../../plan/manifest.ts';
import { inPhase } from '../../report/reporter.ts';
import type { DigestedFile } from '../../system/file-digest.ts';
import { addPackedFile, type NewGeneration } from '../publish/keep-generation.ts';
import { checkWriter, comparesMembers, confirmOnDisk, readMembers } from '../verify/read-back.ts';
import { verifyContent } from '../verify/verify-content.ts';
import type { OpenedImage } from './open.ts';
import type { SelectedFiles } from './select-files.ts';
import type { WrittenFile } from './write-file.ts';

/** A packed file that is what was selected, on the disk, with what the manifest will say of it. */
export interface VerifiedFile {
  readonly record: PackedRecord;
  readonly generation: NewGeneration | undefined;
}

/**
 * Reads the packed file back from its disk; compares its members where they have to be, with --verify=full
 * with all content. Throws `verify-failed` naming the first difference.
 */
export async function verifyFile(
  opened: OpenedImage,
  selected: SelectedFiles,
  written: WrittenFile,
): Promise<VerifiedFile> {
  const { plan, reporter, root } = opened;
  const { rootimgdir } = plan.image;
  const { generation, digested } = await inPhase(reporter, 'Read back', async () => {
    const kept = await written.generation;
    const [verified] = await Promise.all([
      readBack(opened, selected, written),
      kept && addPackedFile(kept, rootimgdir, written.packed.path, written.name),
    ]);
    return { generation: kept, digested: verified };
  });
  if (plan.verify === 'full') {
    const { members } = selected.selection;
    await inPhase(reporter, 'Compare the content of all files', () =>
      verifyContent({ root, members, packed: written.packed, rootimgdir }),
    );
  }
  const kept =
    generation === undefined ? {} : { generation: generation.number, bootFiles: generation.bootFiles };
  const record = { ...recordOf(opened, selected, written, digested), ...(await written.packages), ...kept };
  return { record, generation };
}

async function readBack(
  { plan, format }: OpenedImage,
  { selection, holes }: SelectedFiles,
  { packed, image }: WrittenFile,
): Promise<DigestedFile> {
  checkWriter(image, selection, holes);
  const afterwards = () =>
    comparesMembers(format, plan.verify)
      ? readMembers(packed, selection.members, Promise.resolve(0))
      : undefined;
  return (await Promise.all([confirmOnDisk(packed, image.output), image.followed ?? afterwards()]))[0];
}

function recordOf(
  { plan, format, time }: OpenedImage,
  { selection, holes, uuid }: SelectedFiles,
  { name, nodeFacts, warnings }: WrittenFile,
  { sha256, size }: DigestedFile,
): PackedRecord {
  const members = selection.members.length;
  const contentBytes = selection.contentBytes - (format.keepsHoles(nodeFacts) ? holes.bytes : 0);
  const unpackedBytes = format.onNode === 'unpacked' ? unpackedNeed(contentBytes, members) : 0;
  const finished = new Date(plan.sourceDateEpoch === undefined ? Date.now() : time * 1000).toISOString();
  return {
    ...{ finished, file: name, method: plan.method, compressor: plan.compressor, uuid, members },
    ...{ leftOut: selection.leftOut, contentBytes, size, sha256 },
    warnings: [...warnings],
    memoryBytes: memoryNeed({ method: plan.method, size, contentBytes, members, unpackedBytes }),
    unpackedBytes,
  };
}
