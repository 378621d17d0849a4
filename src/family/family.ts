import type { BuildPlan } from '../plan/build-plan.ts';
import type { PackageId } from '../plan/package-id.ts';

/** A file that says how a network card comes up on the node. */
export interface NetworkFile {
  /** Inside the image, without a leading `/`. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** A network card of otherifce, or nodebootif, which stays as the initrd left it. */
export interface NetworkCard {
  readonly name: string;
  readonly onBoot: boolean;
}

/** What of an image could bring its network cards up. */
export interface NetworkTools {
  readonly netplan: boolean;
  readonly networkManager: boolean;
  readonly ifupdown: boolean;
  readonly wicked: boolean;
}

/** A distribution of a family. */
export interface Distribution {
  /** What its osvers begin with. */
  readonly osvers: RegExp;
  /** ID of its os-release(5). */
  readonly id: string;
}

/** Repositories that packages bring into an image. */
export interface ImageRepositories {
  /** Folder inside the image, without a leading `/`, and how the names of its files end. */
  readonly folder: string;
  readonly suffix: string;
  /** Names of the packages that bring those of the distribution; all others are the site's. */
  readonly ofDistribution: RegExp;
  /** The text of such a file with every repository switched off that points to the internet. */
  readonly withInternetDisabled: (text: string) => string;
}

/** A file of K="V" lines in an image. */
export interface SysconfigFile {
  /** Inside the image, without a leading `/`. */
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
}

/** How the media of a family lie in the folders of pkgdir. */
export interface MediaRules {
  /** Name of a file that makes a folder a repository as `repodata` does. */
  readonly index: string;
  /** Names of files that make a folder a repository too, in otherpkgdir and kerneldir: packages. */
  readonly packages: RegExp;
  /** Of the repositories below one pkgdir those that count. */
  readonly choose: (folders: readonly string[]) => readonly string[];
  /** What is wrong with the media that these are, in a sentence each. */
  readonly lacks: (folders: readonly string[]) => readonly string[];
  /** How the names of folders beside the media begin that count whatever pkgdir says (xCAT). */
  readonly besides: string;
  /** A profile's list of further repositories (xCAT): extension of its name, kinds that it may say. */
  readonly list: { readonly extension: string; readonly kinds: readonly string[] };
}

/** What genimage must know to fill an image of a family. */
export interface Filling {
  /**
   * Platform that the modules of a release are built for, such as `platform:el9`; undefined where it knows no
   * modules.
   */
  readonly modulePlatform: (folder: string, release: string) => string | undefined;
  /** Whether a release keeps its rpm database below /usr; of rpm packages only. */
  readonly databaseBelowUsr?: (folder: string, release: string) => boolean;
  /** File with `NETWORKING=yes` (xCAT); absent where nothing reads one. */
  readonly networkSwitch?: string;
  /** The files of a card, in every format that this release, or what its image has, reads. */
  readonly networkFiles: (
    folder: string,
    release: string,
    card: NetworkCard,
    tools: NetworkTools,
  ) => NetworkFile[];
  /** Files of K="V" lines, and what the nodes read in them; others of their lines stay. */
  readonly sysconfig?: (timezone: string | undefined) => readonly SysconfigFile[];
  /**
   * Units that nodes need and that packages leave to the administrator: of each row the first that the image
   * has is enabled, where none of the row is.
   */
  readonly services?: (release: string) => readonly (readonly string[])[];
  /** tmplimit, when it is given, means /tmp and /var/tmp with systemd too (xCAT). */
  readonly limitsTmp?: true;
  /** Lines where root may log in besides the first two serial ones (xCAT: etc/securetty). */
  readonly terminals?: readonly string[];
  /**
   * xCAT: drivers of every initrd besides those of EL, by architecture (x86_64, aarch64, ppc64 for all of
   * POWER, s390x), and `all` for every one.
   */
  readonly initrdDrivers?: Readonly<Record<string, readonly string[]>>;
  /** What may be below a pkgdir besides folders with `repodata`. */
  readonly media?: MediaRules;
  readonly repositories: ImageRepositories;
  /** Public keys that packages are signed with. */
  readonly keys: {
    /** Names of the files in a repository's folder that are keys. */
    readonly inRepository: RegExp;
    /** Folder of the building host whose keys count. */
    readonly ofHost: string;
    /**
     * The package manager itself takes nothing that an expired key has signed: a file may hold some beside
     * others.
     */
    readonly ageIsChecked?: true;
  };
  /**
   * What the package manager leaves in a new image and no node needs: folders that are emptied, names of logs
   * in var/log.
   */
  readonly leftovers: { readonly folders: readonly string[]; readonly logs: RegExp };
}

/** What kernelver says, and krpmver where the version of the packages differs from it (xCAT). */
export interface KernelVersion {
  readonly kernelver: string;
  readonly krpmver: string | undefined;
}

/**
 * What differs between the families of distributions: data, and functions that know nothing but their
 * arguments.
 */
export interface Family {
  /** Names of its netboot folders. */
  readonly folders: readonly string[];
  readonly packageManager: BuildPlan['image']['packageManager'];
  /** Format of its packages. */
  readonly packageFormat: PackageId['type'];
  readonly distributions: readonly Distribution[];
  /** What the package manager takes for the release of an osvers: `9` of rocky9.4. */
  readonly release: (osvers: string) => string;
  /**
   * Names of the kernel packages of exactly this version that take the place of one that follows kernelver;
   * undefined for all other packages.
   */
  readonly pinnedKernel: (name: string, version: KernelVersion) => readonly string[] | undefined;
  /** Patterns of the packages that stay as they are in an update of everything when kernelver says a version. */
  readonly kernelPatterns: readonly string[];
  /** Whether `-m` means anything for an osvers (xCAT). */
  readonly takesMode: (osvers: string) => boolean;
  /** Netboot folders for which the dry-run line carries the site's timezone (xCAT: sles; ours: also sle). */
  readonly timezoneFolders: readonly string[];
  /** Absent as long as genimage cannot fill images of this family: it refuses them by name. */
  readonly filling?: Filling;
}
