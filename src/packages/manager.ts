import type { Problem } from '../base/errors.ts';
import type { HostTool } from '../base/host-tool.ts';
import type { BuildPlan, PackageEntry, Repository } from '../plan/build-plan.ts';
import type { LockedPackage } from '../plan/build-lock.ts';
import type { Phase } from '../report/reporter.ts';
import type { ImageUname } from '../sandbox/sandbox.ts';

/** A program that fills image trees with packages. */
export interface PackageManager {
  /** Name of the program. */
  readonly id: string;
  /** What families call its kind of packages and lists. */
  readonly kind: BuildPlan['image']['packageManager'];
  /** Programs of the host that it needs. */
  readonly tools: readonly HostTool[];
  /** Whether this host has it; asked of the host's programs. */
  isHere(): Promise<boolean>;
  /** Versions of its programs, in words that change when they do; found without starting the slow ones. */
  versions(): Promise<Record<string, string>>;
  /** Looks whether each repository of a plan can be reached, before anything is touched. */
  checkRepositories(plan: BuildPlan): Promise<Problem[]>;
  /** Digest (hex) of what a repository holds now; undefined where it cannot be known. */
  repositoryState(plan: BuildPlan, repository: Repository): Promise<string | undefined>;
  /** Makes it ready to work on a tree. */
  open(site: PackageSite): Promise<Session>;
}

/** A tree that packages are put into, and who hears of it. */
export interface PackageSite {
  readonly plan: BuildPlan;
  readonly root: string;
  /** The tree was begun by this run. */
  readonly isNew: boolean;
  /** Folder of this run alone, gone at its end. */
  readonly temporary: string;
  /** The same, in the file system of the tree. */
  readonly treeTemporary: string;
  /** Path of a log file at this moment. */
  readonly log: (name: string) => string;
  /** Where it stays, once it does. */
  readonly keptLog: (name: string) => string | undefined;
  readonly warn: (text: string) => void;
  /** To be called before the tree is changed for the first time. */
  readonly treeChanges: () => void;
  /** What is fetched stays until the run ends: it is to be kept. */
  readonly keepsFiles?: boolean;
  /** Runs a part of the work that deserves a line of its own. */
  readonly step: <T>(title: string, work: (phase: Phase) => Promise<T>) => Promise<T>;
}

/** One thing to do with packages. */
export interface PackageTask {
  readonly command: 'install' | 'remove' | 'upgrade';
  /** The entries of the lists; none: all packages. */
  readonly entries: readonly PackageEntry[];
  /** Ids of the repositories that may be used. */
  readonly repositories: readonly string[];
  /** K=V words for this task alone. */
  readonly environment: readonly string[];
  /** Patterns of packages that stay as they are. */
  readonly exclude?: readonly string[];
  /** What `uname` of the image answers meanwhile. */
  readonly uname?: ImageUname | undefined;
  /** Of the packages named here no other version is taken. */
  readonly choice?: PackageChoice | undefined;
  /** Of deb packages: what they merely recommend comes too. */
  readonly recommends?: boolean | undefined;
  /** Of deb packages: files with answers to their questions. */
  readonly debconf?: readonly string[] | undefined;
}

export interface PackageChoice {
  readonly packages: readonly LockedPackage[];
  /** `none`: packages that are not named do not exist for the task. */
  readonly others: 'none' | 'any';
}

/** What a task would do. */
export interface Resolution {
  /** Names of the packages that it puts in, replaces or takes away. */
  readonly touched: ReadonlySet<string>;
}

/** A script of a package that ended badly. */
export interface ScriptletFailure {
  /** Such as `%post of foo-1-1.noarch: exit status 1`. */
  readonly what: string;
  /** What it printed. */
  readonly output: readonly string[];
}

/** Without its digest. */
export type UndigestedPackage = Omit<LockedPackage, 'digest'>;

/** A package that a task puts in; with what is known of its file where the manager has told it on the way. */
export interface BroughtPackage extends UndigestedPackage, Partial<Pick<OfferedPackage, 'digest' | 'path'>> {}

/** What a task would do to the packages. */
export interface Transaction {
  /** What it puts in. */
  readonly brings: readonly BroughtPackage[];
  /** Names of what it takes away, with their architecture where the manager says it. */
  readonly removes: readonly string[];
}

/** What a repository says of a package file now. */
export interface OfferedPackage extends LockedPackage {
  /** The file, where it lies in a folder of this host. */
  readonly path?: string;
}

/** What locks need of a manager, over the tree of a scratch site that stays empty. */
export interface Locking {
  /** What a task would do after those that pretend() has taken for done; fetches no packages. */
  transaction(task: PackageTask): Promise<Transaction>;
  /** Takes a task for done. May fetch its packages, and with `keepsFiles` of the site does. */
  pretend(task: PackageTask): Promise<void>;
  /**
   * What repositories (of those named by the packages) offer now of the names and architectures of these
   * packages; the files of a list (repository `file`) too. Can be asked of the tree of a build as well, before
   * its first task.
   */
  offers(packages: readonly UndigestedPackage[]): Promise<OfferedPackage[]>;
  /**
   * Copies what pretend() has fetched of these packages to `<folder>/<id of the repository>`, with all that
   * this manager needs to take them from there (`keptIn` of a repository).
   */
  keep(packages: readonly LockedPackage[], folder: string): Promise<void>;
  /** What `versions` of the manager tells, where it has been told on the way; undefined where it has not. */
  versions?(): Promise<Record<string, string> | undefined>;
}

/**
 * A manager at work on one tree. All that goes wrong is thrown as problems that name list entries by file and
 * line.
 */
export interface Session {
  /** Looks which names no repository has, all of them. Changes nothing. */
  checkNames(task: PackageTask): Promise<void>;
  /** Looks what a task would do, and that nothing contradicts itself. Changes nothing. */
  resolve(task: PackageTask): Promise<Resolution>;
  /**
   * Does it, shows the steps in `phase`, and looks whether all that the entries name has arrived. Gives the
   * scripts that failed meanwhile.
   */
  apply(task: PackageTask, phase: Phase): Promise<readonly ScriptletFailure[]>;
  /** Leaves what the image's own tools expect, and nothing of this host. */
  settle(): Promise<void>;
  /** Absent: images of this manager cannot be locked yet. */
  readonly locking?: Locking;
}
