import { existsSync } from 'node:fs';
import { RootimgError } from '../base/errors.ts';
import { own } from '../base/own.ts';

/** Packages that bring what we start ourselves, the same on EL and Debian. */
const broughtBy: Readonly<Record<string, string>> = {
  setpriv: 'util-linux',
  flock: 'util-linux',
  unshare: 'util-linux',
  sync: 'coreutils',
  mkfifo: 'coreutils',
};

export function toolMissing(program: string, cause?: unknown): RootimgError {
  const from = own(broughtBy, program);
  return new RootimgError('tool-missing', `${program} is not installed.`, {
    cause,
    ...(from && { hint: `Install the package ${from}.` }),
  });
}

/** ENOENT is said of the program and of the folder that it is to begin in. */
export function notFound(program: string, cwd: string | undefined, cause: unknown): RootimgError {
  if (cwd === undefined || existsSync(cwd)) return toolMissing(program, cause);
  return new RootimgError('folder-missing', `${cwd} does not exist: ${program} was to work there.`, {
    cause,
  });
}

/** Gives the last lines of a tool's output, without blank ones, for an error. */
export function lastLines(text: string, count = 12): string[] {
  return text
    .split(/\r?\n|\r/)
    .filter((line) => line.trim() !== '')
    .slice(-count);
}

/** How people know a command, and where they find its output. */
interface ShownCommand {
  readonly action?: string;
  readonly shownArgv?: readonly string[];
  readonly logFile?: string;
}

/** The error of a command that ended so: `took longer than 3 s`. */
export function commandFailed(
  realArgv: readonly string[],
  { action, shownArgv, logFile }: ShownCommand,
  outcome: string,
  output: string,
  cause?: unknown,
): RootimgError {
  const argv = shownArgv ?? realArgv;
  const what = action === undefined ? `${argv[0]}` : `could not ${action}: ${argv[0]}`;
  return new RootimgError('command-failed', `${what} ${outcome}`, {
    details: [`command: ${argv.join(' ')}`, ...lastLines(output)],
    ...(logFile === undefined ? {} : { hint: `The whole output is in ${logFile}.` }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The end of a process as its runner tells it. */
interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly timedOut: boolean;
}

/** How it ended, behind its name; `timeout` in milliseconds. */
export function outcomeWords({ timedOut, signal, exitCode, code }: Ended, timeout = 0): string {
  if (timedOut) return `took longer than ${timeout / 1000} s`;
  if (signal) return `was ended by ${signal}`;
  if (exitCode === undefined) return `could not be started: ${code ?? 'unknown error'}`;
  return `ended with exit status ${exitCode}`;
}
