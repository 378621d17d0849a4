import type { ToldAdvisory } from '../plan/image-diff.ts';

/** What somebody told of a fault of packages, and which versions mend it. */
export interface Advisory {
  /** Such as `RHSA-2024:0001` or `CVE-2024-0001`. */
  readonly id: string;
  /** `security`, `bugfix`, `enhancement` … as its repository says. */
  readonly type: string;
  /** As its source says it: `Important`, `high`; empty where it says none. */
  readonly severity: string;
  readonly title: string;
  readonly fixes: readonly Fix[];
}

/** The version of a package that is mended. */
export interface Fix {
  readonly type: 'rpm' | 'deb';
  /** Of an rpm its own name, of deb that of the source package. */
  readonly name: string;
  /** Absent of deb: it counts for all packages of the source. */
  readonly arch?: string;
  /** With epoch and release or revision. */
  readonly version: string;
  /** `nodejs:18`, where the package belongs to that stream of a module. */
  readonly module?: string;
}

/** A package of an image as advisories are compared with it. */
export interface JudgedPackage {
  readonly type: 'rpm' | 'deb';
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  /** Of deb: name and version of what it was built from. */
  readonly source?: { readonly name: string; readonly version: string };
  /** Of rpm: the stream that it belongs to; absent where that is not known, or it belongs to none. */
  readonly module?: string;
}

/** An advisory that an image needs, with what of it is too old. */
export type OpenAdvisory = ToldAdvisory;
