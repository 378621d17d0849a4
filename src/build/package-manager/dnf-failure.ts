import { type Origin, type Problem, ProblemsError, RootimgError } from '../../errors.ts';
import type { PackageEntry, Repository } from '../../plan/build-plan.ts';
import { lastLines } from '../../system/exec.ts';
import type { DnfReport } from './dnf-output.ts';

export interface DnfFailure {
  readonly report: DnfReport;
  readonly entries: readonly PackageEntry[];
  /** Name of an entry as dnf was given it. */
  readonly nameOf: (entry: PackageEntry) => string;
  readonly repositories: readonly Repository[];
  readonly output: string;
  readonly exitCode: number;
  readonly logFile: string | undefined;
}

/** Turns a failed run of dnf into the error that names the thing: list entries by file and line, repositories by attribute. */
export function dnfError(failure: DnfFailure): RootimgError {
  const problems = [
    ...failure.report.missing.flatMap((name) => missingProblems(failure, name, 'package')),
    ...failure.report.missingGroups.flatMap((name) => missingProblems(failure, `@${name}`, 'group')),
    ...failure.report.unreachable.map((id) => unreachableProblem(failure, id)),
  ];
  if (problems.length > 0) return new ProblemsError(problems);
  const { untrusted } = failure.report;
  const details = lastLines(failure.output, 15);
  if (untrusted.length > 0) {
    return new RootimgError('signature', `The signature could not be verified: ${untrusted.join(', ')}.`, {
      hint: 'The repository must be signed with one of the keys found as RPM-GPG-KEY* in pkgdir.',
      details,
    });
  }
  return new RootimgError('packages-failed', `dnf ended with exit status ${failure.exitCode}.`, {
    details,
    ...(failure.logFile === undefined ? {} : { hint: `The whole output is in ${failure.logFile}.` }),
  });
}

function missingProblems(failure: DnfFailure, name: string, kind: 'package' | 'group'): Problem[] {
  const entries = failure.entries.filter((entry) => failure.nameOf(entry) === name);
  const problem = {
    code: `${kind}-missing`,
    message: `No repository has the ${kind} '${name}'.`,
  };
  if (entries.length === 0) return [problem];
  return entries.map((entry) => ({ ...problem, origin: originOf(entry) }));
}

function originOf({ origin: { file, line } }: PackageEntry): Origin {
  return line === undefined ? { file } : { file, line };
}

function unreachableProblem(failure: DnfFailure, id: string): Problem {
  const repository = failure.repositories.find((candidate) => candidate.id === id);
  const reason = lastLines(failure.output).find((line) => line.trim().startsWith('- '));
  return {
    code: 'repository-unreachable',
    message: `The repository ${repository?.url ?? id} (${repository?.from ?? 'pkgdir'}) cannot be read${
      reason === undefined ? '.' : `: ${reason.trim().slice(2)}`
    }`,
  };
}
