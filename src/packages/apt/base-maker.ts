import { calmEnvironment } from '../../sandbox/sandbox.ts';
import { anyExitCode, type RunOptions, type RunResult } from '../../system/exec.ts';
import { type Apt, aptLog, type AptTask } from './apt-call.ts';

/** What it is told of a task. */
export type BaseTask = Pick<AptTask, 'sources' | 'pins'>;

/** A program of the host that makes the smallest tree which has an apt of its own. */
export interface BaseMaker {
  readonly command: 'mmdebstrap' | 'debootstrap';
  /**
   * Unpacks and configures, without a network, the packages that lie in the folder of archives. The exit status
   * is the caller's to judge.
   */
  make(apt: Apt, onLine: (line: string) => void, task: BaseTask): Promise<RunResult>;
}

/** How such a program is run. */
export function baseOptions({ site: { plan, log } }: Apt, command: string): RunOptions {
  return {
    env: { ...plan.environment, ...calmEnvironment, DEBIAN_FRONTEND: 'noninteractive' },
    logFile: log(aptLog),
    okCodes: anyExitCode,
    action: 'make the base of the tree',
    shownArgv: [command],
  };
}
