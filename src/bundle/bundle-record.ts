import * as z from 'zod';
import { RootimgError } from '../base/errors.ts';
import { own } from '../base/own.ts';
import { manifestSchema } from '../plan/manifest.ts';
import { parseJson } from '../plan/parse-json.ts';

/** What our bundles have besides what xCAT's have: its importer passes it over. */
export const bundleRecordName = 'rootimg.json';

const recordSchema = z.object({
  schema: z.literal(1),
  /** Digest and size of every other file, by its name in the image's folder. */
  files: z.record(z.string(), z.object({ sha256: z.string(), size: z.number() })),
  /** Of the image folder. */
  manifest: manifestSchema.optional(),
});
export type BundleRecord = z.infer<typeof recordSchema>;

export function bundleRecordText(record: BundleRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** Throws `bundle-record` for what is none of ours. */
export function parseBundleRecord(text: string): BundleRecord {
  const found = recordSchema.safeParse(parseJson(text)).data;
  if (found !== undefined) return found;
  throw new RootimgError('bundle-record', `${bundleRecordName} of the bundle is of another form than ours.`);
}

/** Names of files that are not what the record says, are missing, or that it does not know. */
export function differing(
  { files }: BundleRecord,
  found: ReadonlyMap<string, { readonly sha256: string; readonly size: number }>,
): string[] {
  const names = new Set([...Object.keys(files), ...found.keys()]);
  names.delete(bundleRecordName);
  return [...names].filter((name) => {
    const said = own(files, name);
    const is = found.get(name);
    return said === undefined || said.sha256 !== is?.sha256 || said.size !== is.size;
  });
}
