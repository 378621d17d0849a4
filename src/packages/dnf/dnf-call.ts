import { anyExitCode, type RunResult } from '../../system/exec.ts';
import { runOverRoot } from '../../sandbox/sandbox.ts';
import type { PackageSite, PackageTask } from '../manager.ts';
import { assignments } from '../pass-repositories.ts';
import { placeOfRepository } from '../repository-files.ts';
import type { RpmHost } from '../rpm/rpm-macros.ts';
import type { Dialect } from './dialect.ts';
import type { DnfSession, DnfTask } from './dnf-argv.ts';

/** dnf, ready to work on a tree. */
export interface Dnf {
  readonly site: PackageSite;
  readonly dialect: Dialect;
  readonly session: DnfSession;
  readonly host: RpmHost;
}

/** One run of dnf with what it needs to be told and to tell. */
export type DnfRun = DnfTask & Pick<PackageTask, 'entries' | 'environment' | 'uname' | 'choice'>;

export interface DnfCall {
  /** True lets dnf reach its repositories; scriptlets of the same run would reach them too. */
  readonly network: boolean;
  /** The person at the terminal answers. */
  readonly asks: boolean;
  /** It changes nothing, and so runs nothing of the image. */
  readonly looksOnly?: boolean;
  readonly onLine?: (line: string) => void;
}

/** Runs dnf on the tree with `argv`; the exit status is the caller's to judge. */
export function callDnf(
  { site, host, dialect }: Dnf,
  argv: readonly string[],
  task: Pick<DnfRun, 'command' | 'environment' | 'uname'>,
  { network, asks, looksOnly = false, onLine }: DnfCall,
): Promise<RunResult> {
  const sandbox = {
    shared: host.shared,
    rpmMacros: host.macros,
    ...{ network, looksOnly },
    ...(task.uname === undefined ? {} : { uname: task.uname }),
  };
  return runOverRoot(site.root, argv, sandbox, {
    env: { ...site.plan.environment, ...assignments(task.environment), ...dialect.environment },
    logFile: site.log(dnfLog),
    okCodes: anyExitCode,
    action: `${task.command} packages`,
    ...(onLine === undefined ? {} : { onLine }),
    ...(asks ? { input: 'inherit' as const } : {}),
  });
}

/** Name of the log that all runs of a build write into. */
export const dnfLog = 'dnf.log';

/** Whether a run needs a server: scriptlets never do, so what it fetches is fetched first. */
export function needsNetwork({ site }: Dnf, task: Pick<DnfTask, 'repositories'>): boolean {
  return site.plan.repositories.some(
    (one) => task.repositories.includes(one.id) && !placeOfRepository(one).startsWith('file:'),
  );
}
