import { problemsOf, RootimgError } from '../base/errors.ts';
import type { CommandResult } from '../plan/event.ts';
import { chooseReporter, type ReportChoice } from '../report/choose.ts';
import type { Reporter } from '../report/reporter.ts';
import type { CommandIo } from './io.ts';

/**
 * Does the work of a command with the reporter that its options ask for. The reporter hears in the end how it
 * went, whatever `work` throws, and is closed.
 */
export async function withReporter(
  io: CommandIo,
  command: string,
  choice: ReportChoice,
  work: (reporter: Reporter) => Promise<void>,
): Promise<void> {
  const reporter = await chooseReporter(choice, {
    out: (text) => io.stdout(text),
    err: (text) => io.stderr(text),
  });
  try {
    await work(reporter);
    reporter.result({ command, exitCode: io.exitCode, problems: [] });
  } catch (error) {
    reporter.result({ command, ...outcomeOf(error) });
    throw error;
  } finally {
    reporter.close();
  }
}

/** Which reporter the words of a command line ask for. */
export function reportChoice(given: ReadonlySet<string | undefined>): ReportChoice {
  return { json: given.has('json'), quiet: given.has('quiet'), verbose: given.has('verbose') };
}

/** How a command ends that threw `error`, as its last event tells it. */
export function outcomeOf(error: unknown): Pick<CommandResult, 'exitCode' | 'problems'> {
  if (error instanceof RootimgError) {
    const { details } = error;
    const problems = problemsOf(error).map((problem) => ({
      ...problem,
      ...(details.length === 0 ? {} : { details: [...details] }),
    }));
    return { exitCode: error.exitCode, problems };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { exitCode: 1, problems: [{ code: 'bug', message }] };
}
