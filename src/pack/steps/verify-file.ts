import type { FileHandle } from 'node:fs/promises';
import { unpackedNeed, memoryNeed } from '../../plan/image-words.ts';
import type { PackedRecord } from '../../plan/manifest.ts';
import { inPhase } from '../../report/reporter.ts';
import { addFile, keepWhileReading, type NewGeneration } from '../publish/keep-generation.ts';
import { checkWriter, comparesMembers, confirmMade, readMembers } from '../verify/read-back.ts';
import type { DigestedFile } from '../../system/file-digest.ts';
import type { ChosenLayers } from './choose-layers.ts';
import type { ListedLayers } from './list-layers.ts';
import type { OpenedImage } from './open.ts';
import type { SelectedFiles } from './select-files.ts';
import type { WrittenFile } from './write-file.ts';

/** A packed file that is what was selected, on the disk, with what the manifest will say of it. */
export interface VerifiedFile {
  readonly record: PackedRecord;
  readonly generation: NewGeneration | undefined;
  /** Of a pack in layers. */
  readonly listed: ListedLayers | undefined;
}

/**
 * Reads the packed file back from its disk; compares its members where they have to be, with --verify=full
 * with all content. Throws `verify-failed` naming the first difference.
 */
export async function verifyFile(
  opened: OpenedImage,
  selected: SelectedFiles,
  written: WrittenFile,
  chosen?: ChosenLayers,
): Promise<VerifiedFile> {
  const { plan, reporter, root } = opened;
  const { rootimgdir } = plan.image;
  const { generation, digested, listed } = await inPhase(reporter, 'Read back', async () => {
    const [verified] = await Promise.all([
      confirmFile(opened, written, chosen),
      compareFile(opened, selected, written),
    ]);
    const kept = await written.generation;
    if (!chosen) return { generation: kept, digested: verified };
    const { addLayers, listLayers } = await import('./list-layers.ts');
    const layers = await listLayers(opened, chosen, written, verified);
    if (kept) {
      await addLayers(kept.folder, layers);
      await addFile(kept, rootimgdir, layers.path, layers.record.file);
    }
    return { generation: kept, digested: verified, listed: layers };
  });
  if (plan.verify === 'full') {
    const { verifyContent } = await import('../verify/verify-content.ts');
    await inPhase(reporter, 'Compare the content of all files', () =>
      verifyContent({ root, members: written.members, packed: written.packed, rootimgdir }),
    );
  }
  const kept =
    generation === undefined ? {} : { generation: generation.number, bootFiles: generation.bootFiles };
  const own = listed?.record ?? { file: written.name, ...digested };
  const record = { ...recordOf(opened, selected, written, own), ...(await written.packages), ...kept };
  return { record, generation, listed };
}

/** Reads the packed file back from its disk, where that has not begun while it was written, and keeps it. */
function confirmFile(
  { plan }: OpenedImage,
  { packed, name, image, generation }: WrittenFile,
  chosen?: ChosenLayers,
): Promise<DigestedFile> {
  if (image.following) return image.following.onDisk;
  const confirm = (copy?: FileHandle) => confirmMade(packed, copy);
  return chosen ? confirm() : keepWhileReading(generation, plan.image.rootimgdir, packed.path, name, confirm);
}

/** Compares what has to be compared of the members of the packed file. */
async function compareFile(
  { plan, format }: OpenedImage,
  { selection, holes }: SelectedFiles,
  { packed, image, members }: WrittenFile,
): Promise<void> {
  checkWriter(image, selection, holes);
  if (image.following) await image.following.members;
  else if (comparesMembers(format, plan.verify)) await readMembers(packed, members);
}

function recordOf(
  { plan, format, time }: OpenedImage,
  { selection, holes, uuid }: SelectedFiles,
  { nodeFacts, warnings }: WrittenFile,
  file: Pick<PackedRecord, 'file' | 'size' | 'sha256' | 'layers'>,
): PackedRecord {
  const members = selection.members.length;
  const contentBytes = selection.contentBytes - (format.keepsHoles(nodeFacts) ? holes.bytes : 0);
  const unpackedBytes = format.onNode === 'unpacked' ? unpackedNeed(contentBytes, members) : 0;
  const finished = new Date(plan.sourceDateEpoch === undefined ? Date.now() : time * 1000).toISOString();
  return {
    ...{ finished, ...file, method: plan.method, compressor: plan.compressor, uuid, members },
    ...{ leftOut: selection.leftOut, contentBytes },
    warnings: [...warnings],
    memoryBytes: memoryNeed({ method: plan.method, ...file, contentBytes, members, unpackedBytes }),
    unpackedBytes,
  };
}
