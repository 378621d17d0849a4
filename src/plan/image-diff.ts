/** One package that two images have not in the same version. */
export interface PackageChange {
  readonly name: string;
  readonly arch: string;
  readonly kind: 'added' | 'removed' | 'up' | 'down' | 'rebuilt';
  /** Versions with epoch and release; absent where the image does not have it. */
  readonly from?: string;
  readonly to?: string;
  /** Bytes more (or less) when it is installed; absent where a manifest does not know sizes. */
  readonly bytes?: number;
}

/** A value that is not the same; absent: not there, or not known. */
export interface ValueChange<T> {
  readonly from?: T;
  readonly to?: T;
}

/** Names that only one of two images has. */
export interface SetChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Something with a name that is not the same: `from` and `to` describe it. */
export interface NamedChange extends ValueChange<string> {
  readonly name: string;
}

/** What is not the same in the files of two images; each list is sorted by name. */
export interface FilesDiff {
  /** What was compared: the trees as they lie there, or what was unpacked of the packed roots. */
  readonly of: 'trees' | 'packed roots';
  readonly setuid: readonly NamedChange[];
  readonly capabilities: readonly NamedChange[];
  readonly worldWritable: readonly NamedChange[];
  readonly users: readonly NamedChange[];
  readonly groups: readonly NamedChange[];
  readonly units: readonly NamedChange[];
  /** Kernel modules by path, those of packages that changed too. */
  readonly modules: readonly NamedChange[];
  /** Below /etc; `text` is a unified diff where both are text. */
  readonly configuration: readonly (NamedChange & { readonly text?: string })[];
  /** Files that belong to no package. */
  readonly unowned: readonly NamedChange[];
  /** Files of packages that did not change, which are not as in the other image. */
  readonly packaged: readonly NamedChange[];
}

/** An advisory that an image has open: see src/inspect/advisories. */
export interface ToldAdvisory {
  readonly id: string;
  /** `security`, `bugfix` … */
  readonly type: string;
  /** Empty where nobody says. */
  readonly severity: string;
  readonly title: string;
  readonly packages: readonly {
    readonly name: string;
    /** Of deb the packages of the source that are installed. */
    readonly binaries?: readonly string[];
    readonly installed: string;
    readonly fixed: string;
  }[];
}

/** What is not the same in two images; `rootimg diff --json` prints it. */
export interface ImageDiff {
  readonly schema: 1;
  readonly from: string;
  readonly to: string;
  readonly same: boolean;
  readonly packages: readonly PackageChange[];
  readonly kernel?: ValueChange<string>;
  readonly initrd?: {
    /** Bytes. */
    readonly size?: ValueChange<number>;
    readonly modules: SetChange;
  };
  readonly packed?: {
    /** Such as `rootimg.sfs (squashfs, zstd)`. */
    readonly form?: ValueChange<string>;
    /** Bytes that nodes download. */
    readonly size?: ValueChange<number>;
    /** Bytes of memory that a node needs for it. */
    readonly memory?: ValueChange<number>;
  };
  readonly files?: FilesDiff;
  /** Where they are asked for: those that only the first image has open, only the second, and how many both. */
  readonly advisories?: {
    readonly fixed: readonly ToldAdvisory[];
    readonly opened: readonly ToldAdvisory[];
    readonly stillOpen: number;
  };
  /** What could not be compared, and why. */
  readonly notCompared: readonly { readonly what: string; readonly why: string }[];
}
