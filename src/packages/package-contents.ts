import type { PackageId } from '../plan/package-id.ts';

/** What the package database of an image knows of one package. */
export interface PackageContents extends PackageId {
  readonly size: number;
  readonly summary?: string | undefined;
  /**
   * As the package says it: rpm's License; of Debian the words of its copyright file where they are, which is read
   * when it is asked for.
   */
  readonly license?: () => string | undefined;
  readonly vendor?: string | undefined;
  readonly url?: string | undefined;
  /** The source package that it was built from, such as `bash-5.2-3.el9.src.rpm` or `glibc`. */
  readonly source?: string | undefined;
  /** Of rpm: the stream of a module that it belongs to, such as `nodejs:18`. */
  readonly module?: string;
  /** Every image of its distribution has it, whatever the lists say. */
  readonly isBase?: boolean;
  /** Names that it provides, its own too. */
  readonly provides: readonly string[];
  /** What it needs: of each need one of several names, without versions. A name may be a path. */
  readonly requires: readonly (readonly string[])[];
  /** What it would like to have, in the same form. */
  readonly recommends: readonly (readonly string[])[];
  /** Read when it is asked for: there may be many. */
  files(): readonly PackagedFile[];
}

/** A file, folder or link of a package, absolute as the package names it. */
export interface PackagedFile {
  readonly path: string;
  /** Hex, in the package's own kind of digest; absent of folders and links, and of deb. */
  readonly digest?: string | undefined;
  /** The package names it without bringing it. */
  readonly ghost?: boolean;
}
