import type { Extents } from './extents.ts';

/** Where the files of a table have bytes, for those that have holes. */
export interface HoleIndex {
  /** By the place of the first member of a file; undefined for a file without holes. */
  at(index: number): Extents | undefined;
  /** Bytes of all holes. */
  readonly bytes: number;
  /** The same for each file. */
  readonly files: readonly { readonly index: number; readonly bytes: number }[];
}

export const noHoles: HoleIndex = { at: () => undefined, bytes: 0, files: [] };
