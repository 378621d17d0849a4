import type { BuildPlan } from '../plan/build-plan.ts';
import type { Reporter } from '../report/reporter.ts';
import type { TreePlace } from '../system/tree/tree-place.ts';
import type { LayerCache } from './layers/layer-cache.ts';
import type { LogFolder } from './logs.ts';

/** Where a tree can be made when the image folder is on a file server that lets root do nothing. */
export const localBuildFolder = '/var/lib/rootimg/build';

/** What the host that a plan is executed on adds to it; data alone, so that it can come from elsewhere. */
export interface BuildSetting {
  /** Folder of our dracut module (`…/97rootimg`). */
  readonly dracutModuleDir: string;
  /** The command that builds this image on a matching node, as the dry run prints it. */
  readonly dryRunLine: string;
  /** The same command with localBuildFolder as --rootimgdir. */
  readonly localLine: string;
  /** What we are, for whoever finds the lock held: `genimage compute`. */
  readonly command: string;
}

/** What the caller gives a build besides the plan. */
export interface BuildContext extends BuildSetting {
  readonly reporter: Reporter;
  /** Where the packages of earlier builds are kept, and our release; absent: nowhere. */
  readonly cache?: LayerCache & { readonly version: string };
}

/** One build while it runs. */
export interface Build {
  readonly plan: BuildPlan;
  readonly context: BuildContext;
  readonly reporter: Reporter;
  /** rootimgdir */
  readonly folder: string;
  /** The tree that is worked on: `place.root`, or one beside it (--fresh). */
  readonly root: string;
  /** Where the finished tree lies. */
  readonly place: TreePlace;
  /** Folder of this run alone inside rootimgdir, gone at its end. */
  readonly temporary: string;
  /** The same on the file system of the tree, for what is renamed into it or out of it. */
  readonly treeTemporary: string;
  readonly logs: LogFolder;
  /** Told to the user at once, and written into the manifest. */
  readonly warnings: string[];
  /** Milliseconds per phase. */
  readonly times: Record<string, number>;
  /** How far the tree is, for cleaning up after a failure. */
  readonly tree: TreeState;
}

export interface TreeState {
  /** This run began it. */
  isNew: boolean;
  /** The mark in the folder is this run's. */
  marked: boolean;
  changed: boolean;
  /**
   * All of it is on the disk, and what is published follows: nothing stops the build from here on, and what
   * fails takes no tree away.
   */
  whole?: boolean;
  /**
   * Milliseconds since the epoch: when it was copied out of the cache, with its index of modules; absent
   * else.
   */
  restored?: number;
}

/** Says a warning and keeps it for the manifest. */
export function warn(build: Build, text: string): void {
  build.warnings.push(text);
  build.reporter.warn(text);
}

/**
 * From now on the tree is no longer what it was: logs are worth keeping, and a failure leaves something to
 * clean up.
 */
export function treeChanges(build: Build): void {
  build.tree.changed = true;
  build.logs.keep();
}
