import * as z from 'zod';
import { RootimgError } from '../base/errors.ts';
import { parseJson } from './parse-json.ts';

/** File in rootimgdir that says which boot entries point at which generation. */
export const bootEntriesName = 'boot-entries.json';

const entrySchema = z.object({ file: z.string(), generation: z.number().int() });
const bootEntriesSchema = z.object({ version: z.literal(1), entries: z.array(entrySchema) });

export type RecordedEntry = z.infer<typeof entrySchema>;

/** The record's text for these entries. */
export function bootEntriesText(entries: readonly RecordedEntry[]): string {
  return `${JSON.stringify({ version: 1, entries }, null, 2)}\n`;
}

/**
 * Reads the text of the record, which lies at `path`; undefined means that there is none. Throws
 * `boot-entries` when it cannot be read, because then nobody knows which generations nodes boot.
 */
export function parseBootEntries(text: string | undefined, path: string): RecordedEntry[] {
  if (text === undefined) return [];
  const found = bootEntriesSchema.safeParse(parseJson(text)).data;
  if (found !== undefined) return found.entries;
  throw new RootimgError('boot-entries', `${path} cannot be read: which generations nodes boot is unknown.`, {
    hint: 'Mend it; or remove it, and write all boot entries anew with rootimg netboot.',
  });
}
