import type { CommanderError } from 'commander';
import { problemsOf, RootimgError } from '../base/errors.ts';
import type { CommandIo } from './io.ts';
import { printError } from './print-error.ts';

/**
 * Does the work of a command, prints what it throws, and gives its exit code. `usage` gives the line that
 * ends an error of usage.
 */
export async function runPrinting(
  io: CommandIo,
  work: () => Promise<void>,
  usage: () => Promise<string>,
): Promise<number> {
  try {
    await work();
    return io.exitCode;
  } catch (error) {
    const exitCode = exitCodeOf(io, error);
    if (exitCode !== 0 && isUsageError(error)) io.stderr(await usage());
    return exitCode;
  }
}

function isUsageError(error: unknown): boolean {
  if (isCommanders(error)) return true;
  return error instanceof RootimgError && problemsOf(error).some(({ code }) => code === 'usage');
}

/**
 * Commander has already printed what it throws: its help and version end well, everything else is wrong
 * usage.
 */
function exitCodeOf(io: CommandIo, error: unknown): number {
  if (isCommanders(error)) return error.exitCode === 0 ? 0 : 2;
  return printError(io, error);
}

/** By its code: commands that do without commander do not load it. */
function isCommanders(error: unknown): error is CommanderError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}
