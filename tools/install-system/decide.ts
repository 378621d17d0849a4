import type { TreeFile } from '../../src/kit/netboot-tree.ts';

/** What happens to one file of an installation. */
export type Action =
  /** Not there, or ours and untouched: written when its content differs. */
  | 'write'
  /** Already as it should be. */
  | 'same'
  /** A profile that the administrator edited while ours did not change: left alone. */
  | 'keep'
  /** A profile that the administrator edited: left alone, ours goes beside it as `<name>.new`. */
  | 'keep-beside-new'
  /**
   * A program of ours that was edited: moved to `<name>.saved`, because parts of two releases do not work
   * together.
   */
  | 'save-and-write'
  /** Not ours: nothing is installed at all. */
  | 'refuse';

/** What stands at the place of a file: a digest, `absent`, or `other` for what is not a regular file. */
export type Found = { readonly sha256: string } | 'absent' | 'other';

/**
 * Decides as rpm does with configuration files. `recorded` are the digests that this place may have when it
 * is ours.
 */
export function decide(
  found: Found,
  recorded: readonly string[] | undefined,
  wanted: string,
  kind: TreeFile['kind'],
): Action {
  if (found === 'absent') return 'write';
  if (found === 'other') return 'refuse';
  if (found.sha256 === wanted) return 'same';
  if (recorded === undefined) return 'refuse';
  if (recorded.includes(found.sha256)) return 'write';
  if (kind === 'program') return 'save-and-write';
  return recorded.includes(wanted) ? 'keep' : 'keep-beside-new';
}
