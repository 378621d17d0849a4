import { ProblemsError, RootimgError } from '../base/errors.ts';
import type { CommandResult } from '../plan/event.ts';
import type { Reporter } from '../report/reporter.ts';
import type { BuildSession } from './build-session.ts';
import { replayTo } from './replay.ts';

/** How a build on a node ended. */
export interface BuildOutcome {
  readonly status: number;
  /** What its last event said; undefined for one that died before. */
  readonly result: CommandResult | undefined;
}

/** Shows what a build on a node tells, as our own, until it has ended. */
export async function followBuild(
  { follow }: Pick<BuildSession, 'follow'>,
  reporter: Reporter,
  text: (said: string) => string,
): Promise<BuildOutcome> {
  const replay = replayTo(reporter, text);
  let result: CommandResult | undefined;
  const status = await follow((event) => {
    if (event.event === 'result') result = event;
    replay(event);
  });
  return { status, result };
}

/**
 * The problems of a build that failed on a host, as they would be told here; `errors` gives the last lines of its
 * standard error, which count where it told no problems.
 */
export async function buildFailure(
  host: string,
  { status, result }: BuildOutcome,
  text: (said: string) => string,
  errors: () => Promise<readonly string[]>,
): Promise<RootimgError> {
  const told = result?.problems ?? [];
  const problems = told.map(({ code, message, hint, origin }) => ({
    code,
    message: text(message),
    ...(hint === undefined ? {} : { hint: text(hint) }),
    ...(origin === undefined ? {} : { origin: { ...origin, file: text(origin.file) } }),
  }));
  const [only, ...others] = problems;
  if (only !== undefined && others.length === 0) {
    const { code, message, ...rest } = only;
    return new RootimgError(code, message, { ...rest, details: (told[0]?.details ?? []).map(text) });
  }
  if (problems.length > 0) return new ProblemsError(problems);
  const details = await errors().catch(() => []);
  return new RootimgError('build-failed', `The build on ${host} ended with exit status ${status}.`, {
    details: details.map(text),
  });
}
