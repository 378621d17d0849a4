import { join } from 'node:path';
import { runOverRoot } from '../../sandbox/sandbox.ts';
import { anyExitCode, type RunResult } from '../../system/exec.ts';
import type { PackageSite, PackageTask } from '../manager.ts';
import { assignments } from '../pass-repositories.ts';
import { placeOfRepository } from '../repository-files.ts';
import type { RpmHost } from '../rpm/rpm-macros.ts';
import { type ZypperSession, type ZypperTask, zypperArgv } from './zypper-argv.ts';
import { type ZypperReport, type ZypperStep, readZypperElement } from './zypper-output.ts';
import { xmlReader } from './zypper-xml.ts';

/** zypper, ready to work on a tree. */
export interface Zypper {
  readonly site: PackageSite;
  readonly session: ZypperSession;
  readonly host: RpmHost;
}

/** One run of zypper with what it needs to be told. */
export type ZypperRun = ZypperTask & Pick<PackageTask, 'entries' | 'environment' | 'uname'>;

export interface ZypperCall {
  /** Lets zypper reach its repositories; scriptlets of the same run would reach them too. */
  readonly network: boolean;
  /** The person at the terminal answers. */
  readonly asks?: boolean;
  /** It changes nothing, and so runs nothing of the image. */
  readonly looksOnly?: boolean;
  readonly onStep?: (step: ZypperStep) => void;
  /** Name of the log; zypperLog without it. */
  readonly log?: string;
}

/** Name of the log that the runs of a build write into: zypper's XML, with the text of every licence. */
export const zypperLog = 'zypper.log';

/** Runs zypper on the tree and takes what it says into `report`; the exit status is the caller's to judge. */
export function callZypper(
  { site, session, host }: Zypper,
  task: Pick<ZypperRun, 'command' | 'names' | 'repositories' | 'options' | 'environment' | 'uname'>,
  report: ZypperReport,
  { network, asks = false, looksOnly = false, onStep, log = zypperLog }: ZypperCall,
): Promise<RunResult> {
  const sandbox = {
    shared: host.shared,
    rpmMacros: host.macros,
    ...{ network, looksOnly },
    ...(task.uname === undefined ? {} : { uname: task.uname }),
  };
  const read = xmlReader((element) => {
    const step = readZypperElement(element, report);
    if (step !== undefined) onStep?.(step);
  });
  return runOverRoot(session.root, zypperArgv({ ...session, interactive: asks }, task), sandbox, {
    env: { ...site.plan.environment, ...assignments(task.environment), ...zypperEnvironment(host) },
    logFile: site.log(log),
    okCodes: anyExitCode,
    action: `${task.command} packages`,
    onLine: (line, stream) => {
      if (stream === 'stdout') read(line);
    },
    ...(asks ? { input: 'inherit' as const } : {}),
  });
}

/** Where libzypp finds its configuration, and where it writes its own log, which is as long as unreadable. */
function zypperEnvironment({ shared }: RpmHost): Record<string, string> {
  return { LC_ALL: 'C', ZYPP_CONF: join(shared, 'zypp.conf'), ZYPP_LOGFILE: join(shared, 'libzypp.log') };
}

/** Whether a run needs a server: scriptlets never do, so what it fetches is fetched first. */
export function needsNetwork({ site }: Zypper, { repositories }: Pick<ZypperTask, 'repositories'>): boolean {
  const used = site.plan.repositories.filter(({ id }) => repositories.includes(id));
  return used.some((repository) => !placeOfRepository(repository).startsWith('file:'));
}
