import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { execa, type Options } from 'execa';
import { RootimgError } from '../base/errors.ts';
import { childEnvironment } from './child-environment.ts';
import { commandFailed, notFound, outcomeWords, toolMissing } from './command-error.ts';
import { hostTie } from './host-tie.ts';
import { type OutputOptions, watchOutput } from './output.ts';
import { stopSignal } from './signals.ts';
import { tiedArgv, wasNotThere } from './tie.ts';

export { lastLines } from './command-error.ts';

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

/** argv of a program that dies with us. */
function ourArgv(argv: readonly string[]): string[] {
  return tiedArgv(argv, process.pid, hostTie({ ask, beginAlone }));
}

function ask([program = '', ...words]: readonly string[]): string {
  const { env, cwd } = ownOptions();
  const { stdout, error } = spawnSync(program, words, { env, cwd, encoding: 'utf8' });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') throw toolMissing(program);
  return stdout ?? '';
}

function beginAlone([program = '', ...words]: readonly string[], stdin: number): void {
  execa(program, words, {
    ...ownOptions(),
    ...{ detached: true, cleanup: false, reject: false, stdio: [stdin, 'ignore', 'ignore'] as never },
  }).unref();
}

/** What is the same for all that is started. */
function ownOptions(extra?: Record<string, string>) {
  return { extendEnv: false, env: childEnvironment(extra), cwd: workingFolder() } as const;
}

/**
 * Where our own folder has been removed, or may not be entered, a child begins in the root: argv holds absolute
 * paths.
 */
function workingFolder(): string {
  try {
    const folder = process.cwd();
    accessSync(folder, constants.X_OK);
    return folder;
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

/**
 * Runs one program to its end. argv is never read by a shell. Throws RootimgError `command-failed` with the
 * command, its exit status and its last lines; `tool-missing` when there is no such program; the stop error
 * when we were told to stop.
 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [file, ...args] = ourArgv(argv);
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
  if (result.isMaxBuffer) throw commandFailed(argv, options, `printed more than ${keptOutput} bytes`, stderr);
  if (result.exitCode === undefined || !okCodes.includes(result.exitCode)) {
    const outcome = outcomeWords(result, options.timeout);
    throw commandFailed(argv, options, outcome, stderr.trim() === '' ? stdout : stderr, result.cause);
  }
  // What the caller makes of another exit status is worth more.
  if (heard?.unlogged !== undefined && result.exitCode === 0) throw heard.unlogged;
  return { stdout, stderr, exitCode: result.exitCode };
}

export interface Running extends Fed {
  readonly stdout: Readable;
}

/** A program whose standard output goes elsewhere. */
export interface Fed {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stderr: Readable;
  /** Resolves when the process has ended, whatever its status. */
  readonly ended: Promise<{ exitCode: number | undefined; signal: string | undefined; stderr: string }>;
  kill(signal?: NodeJS.Signals): void;
}

type StartOptions = Omit<RunOptions, 'input'> & { extraFds?: readonly number[] };

/**
 * Starts a program that we talk to while it runs (one of a pipe, a server, a machine). It dies with us.
 */
export function start(argv: readonly string[], options: StartOptions = {}): Running {
  const { stdout, ...running } = begin(argv, 'pipe', options);
  if (stdout === null) throw new Error('no standard output');
  return { ...running, stdout };
}

/** The same with its standard output going to an open file. */
export function startWriting(argv: readonly string[], output: number): Fed {
  return begin(argv, output, {});
}

function begin(
  argv: readonly string[],
  output: 'pipe' | number,
  options: StartOptions,
): Fed & { readonly stdout: Readable | null } {
  const [file, ...args] = ourArgv(argv);
  if (file === undefined) throw new Error('empty argv');
  const child = execa(file, args, {
    ...baseOptions(options),
    buffer: { stdout: false, stderr: true },
    encoding: 'buffer',
    stdio: ['pipe', output, 'pipe', ...(options.extraFds ?? [])] as never,
  });
  const { stdin, stdout, stderr, pid } = child as {
    stdin: Writable | null;
    stdout: Readable | null;
    stderr: Readable | null;
    pid?: number;
  };
  if (pid === undefined || stdin === null || stderr === null) {
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
  throw commandFailed(
    argv,
    {},
    `ended with exit status ${result.exitCode}`,
    String(result.stderr ?? ''),
    result.cause,
  );
}
