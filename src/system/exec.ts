import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { execa, type Options } from 'execa';
import { RootimgError } from '../base/errors.ts';
import { own } from '../base/own.ts';
import { type OutputOptions, watchOutput } from './output.ts';
import { stopSignal } from './signals.ts';
import { type Tie, tiedArgv, wasNotThere, watcherArgv } from './tie.ts';

/** The whole environment of a child; only these names of ours are inherited. */
const inherited = [
  ...['PATH', 'HOME', 'TERM'],
  // What curl reads; it takes no HTTP_PROXY.
  ...['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy', 'no_proxy'],
  ...['HTTPS_PROXY', 'FTP_PROXY', 'ALL_PROXY', 'NO_PROXY'],
];

/** Tools in sbin are needed also by callers whose PATH lacks it. */
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function childEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const environment: Record<string, string> = { LC_ALL: 'C' };
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  environment['PATH'] = environment['PATH'] ? `${environment['PATH']}:${systemPath}` : systemPath;
  return { ...environment, ...extra };
}

export interface RunOptions extends OutputOptions {
  readonly cwd?: string;
  /** Added to the rebuilt environment. */
  readonly env?: Record<string, string>;
  /** Text or bytes for standard input; nothing by default. `inherit` gives the child our terminal. */
  readonly input?: string | Uint8Array | 'inherit';
  /** Exit codes that are no failure; `[0]` by default. */
  readonly okCodes?: readonly number[];
  /** Milliseconds; the child is killed after it. */
  readonly timeout?: number;
  /** What was being attempted, for the error: `install packages`. */
  readonly action?: string;
  /** What people know the command as, for the error, where argv wraps it in namespaces. */
  readonly shownArgv?: readonly string[];
  /** When we are told to stop it goes on: who started it ends it in order. It still dies with us. */
  readonly outlivesStop?: boolean;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** `okCodes` of commands whose exit status the caller judges. */
export const anyExitCode: readonly number[] = Array.from({ length: 256 }, (_, code) => code);

/**
 * Longest part of each stream that is kept in memory, in bytes. Where a log or a listener follows the stream,
 * it is its end; elsewhere more is an error.
 */
const keptOutput = 64 * 1024 * 1024;

/** Packages that bring what we start ourselves, the same on EL and Debian. */
const broughtBy: Readonly<Record<string, string>> = {
  setpriv: 'util-linux',
  flock: 'util-linux',
  unshare: 'util-linux',
  sync: 'coreutils',
  mkfifo: 'coreutils',
};

function toolMissing(program: string, cause?: unknown): RootimgError {
  const from = own(broughtBy, program);
  return new RootimgError('tool-missing', `${program} is not installed.`, {
    cause,
    ...(from && { hint: `Install the package ${from}.` }),
  });
}

let known: Tie | undefined;

/**
 * How children die with us on this host; asked of its setpriv once, which knows no death signal before
 * util-linux 2.33.
 */
function hostTie(): Tie {
  return (known ??= ask(['setpriv', '--help']).includes('--pdeathsig')
    ? { by: 'death signal' }
    : { by: 'watcher', pipe: startWatcher() });
}

/** What a tool that takes but a moment says on standard output. */
function ask([program = '', ...words]: readonly string[]): string {
  const { env, cwd } = ownOptions();
  const { stdout, error } = spawnSync(program, words, { env, cwd, encoding: 'utf8' });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') throw toolMissing(program);
  return stdout ?? '';
}

/**
 * Starts the process that ends our children when we are gone, and gives the path of the pipe on which it
 * hears of them.
 */
function startWatcher(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rootimg-watch-'));
  const path = join(folder, 'pipe');
  ask(['mkfifo', '-m', '600', path]);
  // Each end alone would wait for the other.
  const both = openSync(path, constants.O_RDWR);
  const [readEnd, writeEnd] = [openSync(path, constants.O_RDONLY), openSync(path, constants.O_WRONLY)];
  closeSync(both);
  rmSync(folder, { recursive: true });
  const [shell = '', ...words] = watcherArgv;
  const watcher = execa(shell, words, {
    ...ownOptions(),
    ...{ detached: true, cleanup: false, reject: false, stdio: [readEnd, 'ignore', 'ignore'] as never },
  });
  watcher.unref();
  closeSync(readEnd);
  // Ours alone and never closed: a child that is given it opens it for a moment.
  return `/proc/${process.pid}/fd/${writeEnd}`;
}

/** What is the same for all that is started. */
function ownOptions(extra?: Record<string, string>) {
  return { extendEnv: false, env: childEnvironment(extra), cwd: workingFolder() } as const;
}

/** Where our own folder has been removed, a child begins in the root: argv holds absolute paths. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

function baseOptions(options: RunOptions): Options {
  return {
    ...ownOptions(options.env),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout, killSignal: 'SIGKILL' as const }),
    reject: false,
    stripFinalNewline: false,
    ...(options.outlivesStop === true ? {} : { cancelSignal: stopSignal }),
    forceKillAfterDelay: 5_000,
    maxBuffer: keptOutput,
    // Its own session: a Ctrl-C of the terminal reaches us alone, and we stop the child in order.
    detached: options.input !== 'inherit',
  };
}

/** The person at the terminal sees questions at once, and the log has them too. */
const conversation = {
  stdin: 'inherit',
  stdout: ['inherit', 'pipe'],
  stderr: ['inherit', 'pipe'],
} as const;

/**
 * Without input a child gets /dev/null. Node's pipes are sockets, and a `bash -c` whose standard input is a
 * socket takes itself for a remote shell and reads the caller's ~/.bashrc: slow, and another outcome on each
 * machine (bash(1), "invoked by a network daemon").
 */
function standardInput(input: RunOptions['input']) {
  if (input === undefined) return { stdin: 'ignore' } as const;
  return input === 'inherit' ? conversation : { input };
}

/**
 * Passes our stop on to all that a detached child started: unshare and the first process of a PID namespace
 * ignore SIGTERM, the work inside does not. To be undone when the child has ended, before its number can be
 * another's.
 */
function stopWholeGroup(pid: number | undefined): () => void {
  if (pid === undefined) return () => {};
  const stop = () => {
    try {
      process.kill(-pid, 'SIGTERM');
    } catch {
      // it has ended
    }
  };
  if (stopSignal.aborted) stop();
  else stopSignal.addEventListener('abort', stop, { once: true });
  return () => stopSignal.removeEventListener('abort', stop);
}

/** ENOENT is said of the program and of the folder that it is to begin in. */
function notFound(program: string, cwd: string | undefined, cause: unknown): RootimgError {
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

function failure(
  realArgv: readonly string[],
  options: RunOptions,
  outcome: string,
  output: string,
  cause?: unknown,
): RootimgError {
  const argv = options.shownArgv ?? realArgv;
  const what = options.action === undefined ? `${argv[0]}` : `could not ${options.action}: ${argv[0]}`;
  return new RootimgError('command-failed', `${what} ${outcome}`, {
    details: [`command: ${argv.join(' ')}`, ...lastLines(output)],
    ...(options.logFile === undefined ? {} : { hint: `The whole output is in ${options.logFile}.` }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Runs one program to its end. argv is never read by a shell. Throws RootimgError `command-failed` with the
 * command, its exit status and its last lines; `tool-missing` when there is no such program; the stop error
 * when we were told to stop.
 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [file, ...args] = tiedArgv(argv, process.pid, hostTie());
  if (file === undefined) throw new Error('empty argv');
  const isFollowed = options.logFile !== undefined || options.onLine !== undefined;
  const child = execa(file, args, {
    ...baseOptions(options),
    ...standardInput(options.input),
    ...(isFollowed ? { buffer: false } : {}),
  });
  const isLeftAlone = options.input === 'inherit' || options.outlivesStop === true;
  const forget = isLeftAlone ? () => {} : stopWholeGroup(child.pid);
  const followed = isFollowed ? watchOutput(child.stdout, child.stderr, options, keptOutput) : undefined;
  const [result, heard] = await Promise.all([child, followed]).finally(forget);
  if (stopSignal.aborted && options.outlivesStop !== true) throw stopSignal.reason;
  const stdout = heard?.stdout.toString('utf8') ?? String(result.stdout ?? '');
  const stderr = heard?.stderr.toString('utf8') ?? String(result.stderr ?? '');
  if (result.code === 'ENOENT') throw notFound(file, options.cwd, result.cause);
  if (wasNotThere(result.exitCode, stderr)) throw toolMissing(argv[0] ?? '');
  const okCodes = options.okCodes ?? [0];
  if (result.isMaxBuffer) throw failure(argv, options, `printed more than ${keptOutput} bytes`, stderr);
  if (result.exitCode === undefined || !okCodes.includes(result.exitCode)) {
    const outcome = result.timedOut
      ? `took longer than ${(options.timeout ?? 0) / 1000} s`
      : result.signal
        ? `was ended by ${result.signal}`
        : result.exitCode === undefined
          ? `could not be started: ${result.code ?? 'unknown error'}`
          : `ended with exit status ${result.exitCode}`;
    throw failure(argv, options, outcome, stderr.trim() === '' ? stdout : stderr, result.cause);
  }
  // What the caller makes of another exit status is worth more.
  if (heard?.unlogged !== undefined && result.exitCode === 0) throw heard.unlogged;
  return { stdout, stderr, exitCode: result.exitCode };
}

export interface Running {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the process has ended, whatever its status. */
  readonly ended: Promise<{ exitCode: number | undefined; signal: string | undefined; stderr: string }>;
  kill(signal?: NodeJS.Signals): void;
}

/**
 * Starts a program that we talk to while it runs (one of a pipe, a server, a machine). It dies with us.
 */
export function start(
  argv: readonly string[],
  options: Omit<RunOptions, 'input'> & { extraFds?: readonly number[] } = {},
): Running {
  const [file, ...args] = tiedArgv(argv, process.pid, hostTie());
  if (file === undefined) throw new Error('empty argv');
  const child = execa(file, args, {
    ...baseOptions(options),
    buffer: { stdout: false, stderr: true },
    encoding: 'buffer',
    stdio: ['pipe', 'pipe', 'pipe', ...(options.extraFds ?? [])] as never,
  });
  const { stdin, stdout, stderr, pid } = child as {
    stdin: Writable | null;
    stdout: Readable | null;
    stderr: Readable | null;
    pid?: number;
  };
  if (pid === undefined || stdin === null || stdout === null || stderr === null) {
    throw new RootimgError('tool-missing', `${argv[0]} could not be started.`);
  }
  // A program that ends early breaks the pipe; its exit status is what tells, not EPIPE here.
  stdin.on('error', () => {});
  const ended = child.then((result) => ({
    exitCode: result.exitCode,
    signal: result.signal,
    stderr: Buffer.from((result.stderr ?? '') as unknown as Uint8Array).toString('utf8'),
  }));
  return { pid, stdin, stdout, stderr, ended, kill: (signal = 'SIGTERM') => void child.kill(signal) };
}

/** The path of a program as the child's PATH finds it, or undefined. */
export async function findTool(name: string): Promise<string | undefined> {
  for (const folder of new Set((childEnvironment()['PATH'] ?? '').split(':'))) {
    const path = `${folder}/${name}`;
    // A look costs nothing where there is nothing, as in most folders; an error costs as much as ten looks.
    if (!existsSync(path)) continue;
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // looked for in the next folder
    }
  }
  return undefined;
}

/**
 * Runs a short program with `fd` as its file descriptor 3 and gives its exit status, which must be one of
 * `okCodes`.
 */
export async function runWithFd(
  argv: readonly string[],
  fd: number,
  okCodes: readonly number[] = [0],
): Promise<number> {
  const [file, ...args] = argv;
  if (file === undefined) throw new Error('empty argv');
  const result = await execa(file, args, {
    ...baseOptions({}),
    stdio: ['ignore', 'pipe', 'pipe', fd] as never,
  });
  if (stopSignal.aborted) throw stopSignal.reason;
  if (result.exitCode !== undefined && okCodes.includes(result.exitCode)) return result.exitCode;
  if (result.code === 'ENOENT') throw toolMissing(file, result.cause);
  throw failure(
    argv,
    {},
    `ended with exit status ${result.exitCode}`,
    String(result.stderr ?? ''),
    result.cause,
  );
}
