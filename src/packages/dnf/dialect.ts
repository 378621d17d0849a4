import type { PackageSite } from '../manager.ts';
import type { DnfSession, DnfTask } from './dnf-argv.ts';
import type { DnfReport, DnfStep } from './dnf-output.ts';

/** How one generation of dnf is spoken to and understood; what is done with it is the same. */
export interface Dialect {
  readonly id: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Lines of its configuration that the other generation does not have. */
  readonly options: readonly string[];
  argv(session: DnfSession, task: DnfTask): string[];
  /** It loads plugins written for dnf 4. */
  readonly takesPlugins: boolean;
  /**
   * Words of a run that only fetches packages, and leaves their signatures to the run that installs them, where
   * checking takes long.
   */
  readonly fetchesAlone: readonly string[];
  /** Takes one line of output into the report; gives the step when the line is one. */
  readLine(line: string, report: DnfReport): DnfStep | undefined;
  /** What it prints when it could do a task and was told to answer its own question with no. */
  readonly couldDo: RegExp;
  /**
   * Whether a run with this report and output ended badly for scripts alone that rpm itself only warns of;
   * the packages are in.
   */
  onlyScriptsFailed(report: DnfReport, output: string): boolean;
  /**
   * Words of a repoquery that prints `NAME-EPOCH:VERSION-RELEASE.ARCH REPOSITORY` of what is installed, a
   * line each.
   */
  readonly askOrigins: readonly string[];
  /** The packages that a group must bring, from what it tells of the group. */
  groupMembers(output: string): string[];
  /** Makes its record of the transactions in the image small and free of this host's paths. */
  settleHistory(site: PackageSite): Promise<void>;
}
