import type { Override } from './override.ts';

/** What is known of a member besides its name. */
export interface MemberValues {
  /** With the file type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content, or of the link target. */
  readonly size: number;
  /** Whole seconds since the epoch. */
  readonly mtime: number;
  readonly major: number;
  readonly minor: number;
  /** Number of the group of names that are hard links of one file, from 1; 0 = none. */
  readonly link: number;
  /** Device and inode of what was selected in the tree: only these are read. */
  readonly dev?: number;
  readonly ino?: number;
  /** Milliseconds since the epoch: when anything of what was selected in the tree changed last. */
  readonly ctime?: number;
  /** Where the content comes from when it is not the tree. */
  readonly override: Override | undefined;
  /**
   * Of a file for which its file system has markedly fewer bytes than it is long (holes, or compression): how
   * many.
   */
  readonly stored?: number | undefined;
}

/** One member of the archive to be. */
export interface Member extends MemberValues {
  /** Binary, relative to the root, without `./`; `.` for the root itself. */
  readonly path: string;
}
