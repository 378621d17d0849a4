import { type Origin, type Problem, ProblemsError, RootimgError } from '../../base/errors.ts';
import type { PackageEntry, Repository } from '../../plan/build-plan.ts';
import { lastLines } from '../../system/exec.ts';
import type { DnfReport } from './dnf-output.ts';
import { isPackageFile } from '../package-files.ts';

export interface DnfFailure {
  readonly report: DnfReport;
  readonly entries: readonly PackageEntry[];
  /** Name of an entry as dnf was given it. */
  readonly nameOf: (entry: PackageEntry) => string;
  readonly repositories: readonly Repository[];
  readonly output: string;
  readonly exitCode: number;
  /** `dnf` or `dnf5` */
  readonly program: string;
  readonly logFile: string | undefined;
}

/**
 * Turns a failed run of dnf into the error that names the thing: list entries by file and line, repositories
 * by attribute.
 */
export function dnfError(failure: DnfFailure): RootimgError {
  const problems = [
    ...failure.report.missing.flatMap((name) => missingProblems(failure, name, 'package')),
    ...failure.report.modular.flatMap((name) => modularProblems(failure, name)),
    ...failure.report.missingGroups.flatMap((name) => missingProblems(failure, `@${name}`, 'group')),
    ...failure.report.unreachable.map((id) => unreachableProblem(failure, id)),
  ];
  if (problems.length > 0) return new ProblemsError(problems);
  const { untrusted, full, undelivered, conflicts } = failure.report;
  const details = lastLines(failure.output, 15);
  if (untrusted.length > 0) {
    return new RootimgError('signature', `The signature could not be verified: ${untrusted.join(', ')}.`, {
      hint: [
        'Sign the packages with a key found as RPM-GPG-KEY* in pkgdir,',
        'name their key in keys of config.yaml or with --gpgkeys, or say gpgcheck: false for their repository.',
      ].join(' '),
      details,
    });
  }
  if (full.length > 0) {
    return new RootimgError('disk-full', `The packages do not fit: ${full.join(' ').trim()}`, { details });
  }
  if (conflicts.length > 0) {
    return new RootimgError('file-conflict', `Packages have the same file: ${conflicts.join('; ')}.`, {
      details,
      hint: 'Take one of them out of the package lists.',
    });
  }
  if (undelivered.length > 0) {
    const message = `Packages could not be fetched whole: ${undelivered.join('; ')}.`;
    return new RootimgError('download-failed', message, { details });
  }
  return new RootimgError(
    'packages-failed',
    `${failure.program} ended with exit status ${failure.exitCode}.`,
    {
      details,
      ...(failure.logFile === undefined ? {} : { hint: `The whole output is in ${failure.logFile}.` }),
    },
  );
}

function missingProblems(failure: DnfFailure, name: string, kind: 'package' | 'group'): Problem[] {
  const entries = failure.entries.filter((entry) => failure.nameOf(entry) === name);
  const message = isPackageFile(name)
    ? `The package file ${name} cannot be read.`
    : `No repository has the ${kind} '${name}'.`;
  const problem = { code: `${kind}-missing`, message };
  if (entries.length === 0) return [problem];
  return entries.map((entry) => ({ ...problem, origin: originOf(entry) }));
}

function modularProblems(failure: DnfFailure, name: string): Problem[] {
  const problem = {
    code: 'module-unsupported',
    message: `'${name}' is of a module stream, which ${failure.program} cannot install.`,
    hint: 'Build on a host with dnf 4, or take a package that is of no module stream.',
  };
  const entries = failure.entries.filter((entry) => failure.nameOf(entry) === name);
  return entries.length === 0 ? [problem] : entries.map((entry) => ({ ...problem, origin: originOf(entry) }));
}

function originOf({ origin: { file, line } }: PackageEntry): Origin {
  return line === undefined ? { file } : { file, line };
}

function unreachableProblem(failure: DnfFailure, id: string): Problem {
  const repository = failure.repositories.find((candidate) => candidate.id === id);
  const reason = lastLines(failure.output).find((line) => /^\s*(-|>>>) /.test(line));
  return {
    code: 'repository-unreachable',
    message: `The repository ${repository?.url ?? id} (${repository?.from ?? 'pkgdir'}) cannot be read${
      reason === undefined ? '.' : `: ${reason.replace(/^\s*(-|>>>) /, '')}`
    }`,
  };
}
