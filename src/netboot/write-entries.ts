import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../errors.ts';
import { bootEntriesName, bootEntriesSchema } from '../plan/generation.ts';
import { writeFileAtomic } from '../system/publish.ts';
import { type BootEntry, grubEntry, ipxeScript, pxelinuxEntry } from './render.ts';

const kinds = [
  ['ipxe', ipxeScript],
  ['grub', grubEntry],
  ['pxelinux', pxelinuxEntry],
] as const;

/**
 * Writes an entry for each boot loader to `<folder>/<name>.<loader>` and records in rootimgdir which generation they point at, if any. Gives the
 * files. Throws `boot-entries` when the record of earlier entries cannot be read.
 */
export async function writeEntries(plan: {
  readonly folder: string;
  readonly name: string;
  readonly entry: BootEntry;
  readonly rootimgdir: string;
  readonly generation: number | undefined;
}): Promise<string[]> {
  const files = kinds.map(([loader]) => join(plan.folder, `${plan.name}.${loader}`));
  await mkdir(plan.folder, { recursive: true });
  const { generation } = plan;
  const earlier = await recorded(plan.rootimgdir);
  const own = generation === undefined ? [] : files.map((file) => ({ file, generation }));
  const kept = [];
  for (const one of earlier) {
    const exists = await stat(one.file).then(
      () => true,
      () => false,
    );
    if (exists && !files.includes(one.file)) kept.push(one);
  }
  const record = (entries: readonly { file: string; generation: number }[]) =>
    writeFileAtomic(
      join(plan.rootimgdir, bootEntriesName),
      `${JSON.stringify({ version: 1, entries }, null, 2)}\n`,
    );
  // At no moment is a generation unrecorded that a file points at.
  if (earlier.length + own.length > 0) await record([...earlier, ...own]);
  for (const [index, [, render]] of kinds.entries()) {
    await writeFileAtomic(files[index] ?? '', render(plan.entry));
  }
  if (earlier.length + own.length > 0) await record([...kept, ...own]);
  return files;
}

async function recorded(rootimgdir: string): Promise<{ file: string; generation: number }[]> {
  const path = join(rootimgdir, bootEntriesName);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return [];
  try {
    return bootEntriesSchema.parse(JSON.parse(text)).entries;
  } catch (cause) {
    throw new RootimgError(
      'boot-entries',
      `${path} is not readable as the list of boot entries, so it is left alone.`,
      {
        hint: 'Mend it, or remove it and write all entries anew with rootimg netboot.',
        cause,
      },
    );
  }
}
