import { failuresBesides, formatOrigin, type Problem, problemsOf, RootimgError } from '../base/errors.ts';
import { withoutSecrets } from '../base/secrets.ts';
import { systemErrorWords } from '../base/system-error.ts';
import { visibleText } from '../base/visible-text.ts';
import type { CommandIo } from './io.ts';

/** One problem as the lines that people see: `Error: file:line: message`, and the hint below it. */
export function problemLines(problem: Problem, word: 'Error' | 'Warning' = 'Error'): string {
  const where = problem.origin === undefined ? '' : `${formatOrigin(problem.origin)}: `;
  // Hints are ours, and may give a line to be copied.
  const hint = problem.hint === undefined ? '' : `  ${problem.hint.split('\n').map(shown).join('\n')}\n`;
  return `${word}: ${shown(`${where}${problem.message}`)}\n${hint}`;
}

/**
 * Prints what was thrown, with what failed besides, and gives the exit code: the user's problems and the
 * system's in short, our bugs with a stack.
 */
export function printError(io: Pick<CommandIo, 'stderr'>, error: unknown): number {
  const exitCode = printOne(io, error);
  for (const further of failuresBesides(error)) {
    for (const text of withCauses(further)) io.stderr(`Error: ${shown(text)}\n`);
  }
  return exitCode;
}

function printOne(io: Pick<CommandIo, 'stderr'>, error: unknown): number {
  if (error instanceof RootimgError) {
    for (const problem of problemsOf(error)) io.stderr(problemLines(problem));
    for (const line of error.details) io.stderr(`${shown(line)}\n`);
    return error.exitCode;
  }
  const words = systemErrorWords(error);
  if (words !== undefined) {
    io.stderr(`Error: ${shown(words)}\n`);
    return 1;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = stack.split('\n').map(shown);
  io.stderr(`Error: this is a bug in rootimg: ${lines.join('\n')}\n`);
  return 1;
}

/** A failed release says what could not be released; its cause says why. A text for each of several. */
function withCauses(error: Error): string[] {
  const causes = error instanceof AggregateError ? error.errors : [error.cause];
  const reasons = causes.filter((cause) => cause instanceof Error).flatMap(withCauses);
  return error instanceof AggregateError
    ? reasons
    : [[systemErrorWords(error) ?? error.message, ...reasons].join(': ')];
}

/** Errors quote what others wrote: without passwords, and as one line. */
function shown(text: string): string {
  return visibleText(withoutSecrets(text));
}
