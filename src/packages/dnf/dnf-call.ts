import { anyExitCode, type RunResult } from '../../system/exec.ts';
import type { Build } from '../../genimage/build-context.ts';
import { type ImageUname, runOverRoot } from '../../sandbox/sandbox.ts';
import type { DnfSession, DnfTask } from './dnf-argv.ts';
import type { PackageEntry } from '../../plan/build-plan.ts';
import type { ScriptletFailure } from './dnf-output.ts';

/** dnf, ready to work on the tree of a build. */
export interface Dnf {
  readonly session: DnfSession;
  /** Folder seen inside the image as /run/rootimg/shared: configuration, cache, logs. */
  readonly shared: string;
  /** See SandboxOptions.rpmMacros. */
  readonly macros: string;
  /** Of all runs so far. */
  readonly scriptlets: ScriptletFailure[];
}

/** One run of dnf with what it needs to be told and to tell. */
export interface DnfRun extends DnfTask {
  /** The list entries behind the names, for messages. */
  readonly entries: readonly PackageEntry[];
  /** K=V words for this run. */
  readonly environment: readonly string[];
  readonly uname?: ImageUname | undefined;
}

export interface DnfCall {
  /** True lets dnf reach its repositories; scriptlets of the same run would reach them too. */
  readonly network: boolean;
  /** The person at the terminal answers. */
  readonly asks: boolean;
  readonly onLine?: (line: string) => void;
}

/** Runs dnf on the tree with `argv` (from dnfArgv); the exit status is the caller's to judge. */
export function callDnf(
  { plan, logs, root }: Build,
  dnf: Dnf,
  argv: readonly string[],
  task: Pick<DnfRun, 'command' | 'environment' | 'uname'>,
  { network, asks, onLine }: DnfCall,
): Promise<RunResult> {
  const sandbox = {
    shared: dnf.shared,
    rpmMacros: dnf.macros,
    network,
    ...(task.uname === undefined ? {} : { uname: task.uname }),
  };
  return runOverRoot(root, argv, sandbox, {
    env: { ...plan.environment, ...assignments(task.environment), ...dnfEnvironment },
    logFile: logs.path('dnf.log'),
    okCodes: anyExitCode,
    action: `${task.command} packages`,
    ...(onLine === undefined ? {} : { onLine }),
    ...(asks ? { input: 'inherit' as const } : {}),
  });
}

/** Whether a run needs a server: scriptlets never do, so what it fetches is fetched first. */
export function needsNetwork({ plan }: Build, task: Pick<DnfTask, 'repositories'>): boolean {
  return plan.repositories.some(({ id, url }) => task.repositories.includes(id) && !url.startsWith('file:'));
}

/** We read dnf's output in the C locale; the host's aliases of dnf's commands are not ours. */
const dnfEnvironment = { LC_ALL: 'C', DNF_DISABLE_ALIASES: '1' } as const;

/** `K=V` words as variables. */
export function assignments(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=');
      return [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}
