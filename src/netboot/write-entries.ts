import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  bootEntriesName,
  bootEntriesText,
  parseBootEntries,
  type RecordedEntry,
} from '../plan/boot-entries.ts';
import { flushFile } from '../base/flush.ts';
import { writeFileAtomic } from '../system/publish.ts';
import { readIfThere } from '../base/read-if-there.ts';
import { type BootEntry, grubEntry, ipxeScript, pxelinuxEntry } from './render.ts';

const kinds = [
  ['ipxe', ipxeScript],
  ['grub', grubEntry],
  ['pxelinux', pxelinuxEntry],
] as const;

/**
 * Writes an entry for each boot loader to `<folder>/<name>.<loader>` and records in rootimgdir which generation they point at, if any. Gives the
 * files. Only for the holder of the folder's lock. Throws `boot-entries` when the record of earlier entries cannot be read.
 */
export async function writeEntries(plan: {
  readonly folder: string;
  readonly name: string;
  readonly entry: BootEntry;
  /** Files that the entry names, in one folder. */
  readonly booted: readonly [string, ...string[]];
  readonly rootimgdir: string;
  readonly generation: number | undefined;
}): Promise<string[]> {
  const files = kinds.map(([loader]) => join(plan.folder, `${plan.name}.${loader}`));
  // Earlier releases did not flush the sets that they kept: no entry may outlive a power loss that its files do not.
  for (const file of [...plan.booted, dirname(plan.booted[0])]) await flushFile(file);
  await mkdir(plan.folder, { recursive: true });
  const { generation } = plan;
  const recordPath = join(plan.rootimgdir, bootEntriesName);
  const earlier = parseBootEntries(await readIfThere(recordPath), recordPath);
  const own = generation === undefined ? [] : files.map((file) => ({ file, generation }));
  const kept = [];
  for (const one of earlier) {
    const exists = await stat(one.file).then(
      () => true,
      () => false,
    );
    if (exists && !files.includes(one.file)) kept.push(one);
  }
  const record = (entries: readonly RecordedEntry[]) => writeFileAtomic(recordPath, bootEntriesText(entries));
  // At no moment is a generation unrecorded that a file points at.
  if (earlier.length + own.length > 0) await record([...earlier, ...own]);
  for (const [index, [, render]] of kinds.entries()) {
    await writeFileAtomic(files[index] ?? '', render(plan.entry));
  }
  if (earlier.length + own.length > 0) await record([...kept, ...own]);
  return files;
}
