import { failuresBesides, formatOrigin, type Problem, problemsOf, RootimgError } from '../base/errors.ts';
import { withoutSecrets } from '../base/secrets.ts';
import type { CommandIo } from './io.ts';

/** One problem as the lines that people see: `Error: file:line: message`, and the hint below it. */
export function problemLines(problem: Problem, word: 'Error' | 'Warning' = 'Error'): string {
  const where = problem.origin === undefined ? '' : `${formatOrigin(problem.origin)}: `;
  const hint = problem.hint === undefined ? '' : `  ${problem.hint}\n`;
  return withoutSecrets(`${word}: ${where}${problem.message}\n${hint}`);
}

/** Prints what was thrown, with what failed besides, and gives the exit code: the user's problems in short, our bugs with a stack. */
export function printError(io: Pick<CommandIo, 'stderr'>, error: unknown): number {
  const exitCode = printOne(io, error);
  for (const further of failuresBesides(error)) io.stderr(withoutSecrets(`Error: ${withCauses(further)}\n`));
  return exitCode;
}

function printOne(io: Pick<CommandIo, 'stderr'>, error: unknown): number {
  if (error instanceof RootimgError) {
    for (const problem of problemsOf(error)) io.stderr(problemLines(problem));
    for (const line of error.details) io.stderr(withoutSecrets(`${line}\n`));
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr(withoutSecrets(`Error: this is a bug in rootimg: ${stack}\n`));
  return 1;
}

/** A failed release says what could not be released; its cause says why. */
function withCauses(error: Error): string {
  const causes = error instanceof AggregateError ? error.errors : [error.cause];
  const reasons = causes.filter((cause) => cause instanceof Error).map(withCauses);
  if (error instanceof AggregateError) return reasons.join('\nError: ');
  return [error.message, ...reasons].join(': ');
}
