import * as z from 'zod';
import { parseJson } from './parse-json.ts';

/** File beside a packed root that says what that holds, once it has been asked for. */
export const packedContentName = 'rootimg-content.json';

const contentSchema = z.object({
  /** Digest (hex) of names, modes, owners and bytes: the same digest, the same nodes. */
  sha256: z.string(),
  /** The beginnings of digests by the first two names of the paths, to tell where two roots differ. */
  parts: z.record(z.string(), z.string()),
});

const packedContentSchema = z.object({
  schema: z.literal(1),
  /** Digest (hex) of the packed root: of another one nothing is said. */
  packed: z.string(),
  content: contentSchema,
});

/** What a packed root holds, without what is new in every pack. */
export type PackedContent = z.infer<typeof contentSchema>;

/** The text of the file beside the packed root with this digest (hex). */
export function packedContentText(packed: string, content: PackedContent): string {
  return `${JSON.stringify({ schema: 1, packed, content }, undefined, 2)}\n`;
}

/** Reads it; undefined where it says nothing of the packed root with this digest (hex). */
export function parsePackedContent(text: string, packed: string): PackedContent | undefined {
  const found = packedContentSchema.safeParse(parseJson(text)).data;
  return found?.packed === packed ? found.content : undefined;
}
