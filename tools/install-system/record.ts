import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { RootimgError } from '../../src/base/errors.ts';
import { writeFileAtomic } from '../../src/system/publish.ts';

/** Where an installation keeps what it installed, below the prefix. */
export const recordPath = 'share/rootimg/installed.json';

const recordSchema = z.strictObject({
  schema: z.literal(1),
  version: z.string(),
  /**
   * False while files are being written: such a run was killed, and each file may be the old or the new one.
   */
  complete: z.boolean(),
  /** Folders that we made, relative to the prefix, parents first. */
  folders: z.array(z.string()),
  /** Path relative to the prefix → hex sha256 of what it may hold when nobody edited it. */
  files: z.record(z.string(), z.array(z.string())),
});

export type InstallRecord = z.infer<typeof recordSchema>;

/** The record of a former installation, or undefined. Throws `record-unreadable`. */
export async function readRecord(prefix: string): Promise<InstallRecord | undefined> {
  const path = join(prefix, recordPath);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new RootimgError('record-unreadable', `${path} cannot be read.`, { cause: error });
  }
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new RootimgError('record-unreadable', `${path} is not a list of installed files of this program.`, {
      hint: 'It tells our files from those of others. Restore it, or install below another prefix.',
      cause: error,
    });
  }
}

/** Writes the record whole or not at all. */
export async function writeRecord(prefix: string, record: InstallRecord): Promise<void> {
  const path = join(prefix, recordPath);
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeFileAtomic(path, `${JSON.stringify(record, null, 1)}\n`);
}
