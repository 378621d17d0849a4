import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  bootEntriesName,
  bootEntriesText,
  parseBootEntries,
  type RecordedEntry,
} from '../plan/boot-entries.ts';
import { throwProblems } from '../base/errors.ts';
import { exists } from '../base/exists.ts';
import { flushFile } from '../base/flush.ts';
import { writeFileAtomic } from '../system/publish.ts';
import { sweepAbandoned } from '../system/temp.ts';
import { readIfThere } from '../base/read-if-there.ts';
import type { SignatureEnd, Signer } from '../plan/signed-list.ts';
import { type BootEntry, grubEntry, ipxeScript, pxelinuxEntry } from './render.ts';

/** By the end of the file's name: the loader's own name, what it reads, the signatures that it checks. */
const kinds = [
  ['ipxe', 'iPXE', ipxeScript, ['.cms']],
  ['grub', 'GRUB', grubEntry, ['.sig']],
  ['pxelinux', 'PXELINUX', pxelinuxEntry, []],
] as const;

/** What was written, and what a person must hear. */
export interface WrittenEntries {
  readonly files: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Writes an entry for each boot loader to `<folder>/<name>.<loader>`, signed where `signer` has the loader's
 * kind of key, and records in rootimgdir which generation they point at, if any. A loader that cannot carry
 * the kernel line gets none, and loses an earlier one. Only for the holder of the folder's lock. Throws
 * `boot-entries` when the record of earlier entries cannot be read, `loader-words` when no loader can carry
 * the line.
 */
export async function writeEntries(plan: {
  readonly folder: string;
  readonly name: string;
  readonly entry: BootEntry;
  /** Files that the entry names, in one folder. */
  readonly booted: readonly [string, ...string[]];
  readonly rootimgdir: string;
  readonly generation: number | undefined;
  readonly signer: Signer | undefined;
}): Promise<WrittenEntries> {
  const all = kinds.map(([end, loader, render, ends]) => ({
    ...{ loader, ends, file: join(plan.folder, `${plan.name}.${end}`) },
    ...render(plan.entry),
  }));
  const warnings = all.flatMap(({ loader, problems }) =>
    problems.map((problem) => `${loader} gets no entry: ${problem}.`),
  );
  if (all.every(({ text }) => text === undefined)) {
    throwProblems(warnings.map((message) => ({ code: 'loader-words', message })));
  }
  // Earlier releases did not flush the sets that they kept: no entry may outlive a power loss that its files
  // do not.
  for (const file of [...plan.booted, dirname(plan.booted[0])]) await flushFile(file);
  await mkdir(plan.folder, { recursive: true });
  await sweepAbandoned(plan.folder);
  const { generation } = plan;
  const recordPath = join(plan.rootimgdir, bootEntriesName);
  const earlier = parseBootEntries(await readIfThere(recordPath), recordPath);
  const files = all.filter(({ text }) => text !== undefined).map(({ file }) => file);
  const own = generation === undefined ? [] : files.map((file) => ({ file, generation }));
  const others: RecordedEntry[] = [];
  for (const one of earlier) {
    if (!all.some(({ file }) => file === one.file) && (await exists(one.file))) others.push(one);
  }
  const record = (entries: readonly RecordedEntry[]) => writeFileAtomic(recordPath, bootEntriesText(entries));
  // At no moment is a generation unrecorded that a file points at.
  if (earlier.length + own.length > 0) await record([...earlier, ...own]);
  for (const one of all) await writeEntry(one, plan.signer);
  if (earlier.length + own.length > 0) await record([...others, ...own]);
  return { files, warnings };
}

/** The signature of what was there before goes first: it is good for nothing else. */
async function writeEntry(
  { file, text, ends }: { file: string; text: string | undefined; ends: readonly SignatureEnd[] },
  signer: Signer | undefined,
): Promise<void> {
  for (const end of ends) await rm(`${file}${end}`, { force: true });
  if (text === undefined) return rm(file, { force: true });
  await writeFileAtomic(file, text);
  for (const { end, bytes } of (await signer?.signFile(file, ends)) ?? []) {
    await writeFileAtomic(`${file}${end}`, bytes);
  }
}
