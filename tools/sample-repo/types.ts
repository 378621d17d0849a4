/**
 * What `ensureSampleRepository` made or found. All paths are absolute and belong to a cache: read them, never
 * write there.
 */
export interface SampleRepository {
  /** Folder of everything below. */
  readonly dir: string;
  readonly osvers: 'rocky9.4';
  readonly arch: string;
  /**
   * The distribution's repository: repodata, signed packages, and `RPM-GPG-KEY-sample`. It asks for
   * `--releasever=9`. The image's own rpm keeps its database where EL 9 does, in /var/lib/rpm (the macros of
   * the converted `rpm-common` say so): a host whose rpm keeps it elsewhere, as Debian's does (~/.rpmdb),
   * must install with `_dbpath` set to `rpmDbPath`.
   */
  readonly pkgdir: string;
  /** `_dbpath` of the image's own rpm, a path inside the image. */
  readonly rpmDbPath: string;
  /**
   * A repository of its own (site-base, and site-agent 1.1, newer than site-agent 1.0 of pkgdir) with the
   * repository
   * `site/tools` (site-hello, site-remove-me, site-extra) below it. Signed with the good key, which lies in
   * it too.
   */
  readonly otherpkgdir: string;
  /** The public key that signed pkgdir, otherpkgdir and the trouble repositories. */
  readonly gpgKeyFile: string;
  /** Another public key; it signed only the packages of wrongSignedDir. */
  readonly badKeyFile: string;
  /** A repository whose package (unsigned-hello) carries no signature. */
  readonly unsignedDir: string;
  /**
   * A repository whose package (wrong-signed-hello) is signed with the key of badKeyFile, while gpgKeyFile's
   * lies in it.
   */
  readonly wrongSignedDir: string;
  /** Repositories of one or two packages that make trouble on purpose. */
  readonly trouble: {
    /** trouble-post-fails: its %post exits 1. */
    readonly postFails: string;
    /** trouble-daemon: its %post starts `sleep`, which keeps running and keeps a file of the root open. */
    readonly daemon: string;
    /**
     * trouble-conflict-a and trouble-conflict-b: both own /usr/share/trouble-conflict with different content.
     */
    readonly conflict: string;
  };
  /** EL names of a small compute node that boots over the network. */
  readonly pkglist: readonly string[];
  /** The same packages as a group of the repository: `@compute-base`. */
  readonly group: string;
  /**
   * As `uname -r` gives it on the node; folder name in lib/modules. `kernel-<kernelver>` can be installed.
   */
  readonly kernelver: string;
  /** Version and release of the kernel package: `rpm -q kernel-<krpmver>` finds it. */
  readonly krpmver: string;
  readonly packageCount: number;
}

/** What a made repository says of itself in its repository.json. */
export interface Made {
  readonly kernelver: string;
  readonly packageCount: number;
}
