import { type Origin, type Problem, ProblemsError, RootimgError } from '../../base/errors.ts';
import { own } from '../../base/own.ts';
import type { PackageEntry, Repository } from '../../plan/build-plan.ts';
import { lastLines } from '../../system/exec.ts';
import { isPackageFile } from '../package-files.ts';
import { unreachableProblem } from '../repository-files.ts';
import type { ZypperReport } from './zypper-output.ts';
import { patternWord, zypperName } from './zypper-words.ts';

export interface ZypperFailure {
  readonly report: ZypperReport;
  readonly entries: readonly PackageEntry[];
  readonly repositories: readonly Repository[];
  readonly exitCode: number;
  /** What it printed besides its XML. */
  readonly output: string;
  readonly logFile: string | undefined;
  /** What may explain a name that no repository has. */
  readonly missingHint?: string | undefined;
}

/** Exit statuses after which all is as it was asked for: there are updates, restart something (zypper(8)). */
const fine: readonly number[] = [0, 100, 101, 102, 103];

/** What the other exit statuses mean (zypper(8), exit codes). */
const meanings: Readonly<Record<number, string>> = {
  1: 'it met a situation that it did not expect',
  2: 'it does not know an option',
  3: 'it does not take an argument',
  4: 'libzypp reports a problem',
  5: 'its user may not do this',
  6: 'there is no repository',
  7: 'another package manager is at work on this tree',
  8: 'packages could not be put in or taken out',
  104: 'no repository has a package that was asked for',
  105: 'it was stopped by a signal',
  106: 'a repository could not be read and was left out',
  107: 'a script of a package failed',
};

export function isFine(exitCode: number): boolean {
  return fine.includes(exitCode);
}

/**
 * Turns a failed run of zypper into the error that names the thing: list entries by file and line, repositories
 * by attribute, conflicts in zypper's own words.
 */
export function zypperError(failure: ZypperFailure): RootimgError {
  const { report, repositories, exitCode, logFile } = failure;
  const problems = [
    ...report.missing.flatMap((name) => missingProblems(failure, name)),
    ...[...report.unreachable].map(([id, reason]) => unreachableIn(repositories, id, reason)),
    ...report.licences.map(licenceProblem),
    ...report.conflicts.map(conflictProblem),
  ];
  if (problems.length > 0) return new ProblemsError(problems);
  const details = lastLines([...report.errors, failure.output].join('\n'), 15);
  const known = knownError(report, details);
  if (known !== undefined) return known;
  const meaning = own(meanings, String(exitCode));
  return new RootimgError(
    'packages-failed',
    `zypper ended with exit status ${exitCode}${meaning === undefined ? '' : `: ${meaning}`}.`,
    { details, ...(logFile === undefined ? {} : { hint: `The whole output is in ${logFile}.` }) },
  );
}

function knownError(report: ZypperReport, details: readonly string[]): RootimgError | undefined {
  const { untrusted, full, fileConflicts, undelivered } = report;
  if (untrusted.length > 0 && report.misread) {
    const message =
      "This host's zypper takes signed packages for unsigned ones: it does not understand what rpm 6 says of them.";
    const hint =
      'Build on a host with an older rpm (Debian 12 and 13 have one). With --no-gpgcheck it builds here, and nothing is checked.';
    return new RootimgError('signature', message, { hint, details });
  }
  if (untrusted.length > 0) {
    return new RootimgError('signature', `The signature could not be verified: ${untrusted.join(', ')}.`, {
      hint: [
        'Put the public key beside the packages (repodata/repomd.xml.key, gpg-pubkey-*.asc), name it in keys of',
        'config.yaml or with --gpgkeys, or say gpgcheck: false for the repository.',
      ].join(' '),
      details,
    });
  }
  if (full.length > 0)
    return new RootimgError('disk-full', `The packages do not fit: ${full.join(' ')}`, { details });
  if (fileConflicts.length > 0) {
    return new RootimgError('file-conflict', `Packages have the same file: ${fileConflicts.join('; ')}.`, {
      details,
      hint: 'Take one of them out of the package lists.',
    });
  }
  if (report.scriptlets.length > 0) {
    const told = report.scriptlets.map(({ what, output }) => [`${what}.`, ...output].join('\n  '));
    return new RootimgError(
      'scriptlet-failed',
      `A package was not put in, as its script failed: ${told.join('\n')}`,
      {
        details,
      },
    );
  }
  if (undelivered.length > 0) {
    const message = `Packages could not be fetched whole: ${undelivered.join('; ')}.`;
    return new RootimgError('download-failed', message, { details });
  }
  return undefined;
}

function missingProblems(failure: ZypperFailure, name: string): Problem[] {
  const entries = failure.entries.filter((entry) => zypperName(entry) === name);
  const kind = name.startsWith(patternWord) ? 'pattern' : 'package';
  const message = isPackageFile(name)
    ? `The package file ${name} cannot be read.`
    : `No repository has the ${kind} '${name.replace(patternWord, '')}'.`;
  const { missingHint: hint } = failure;
  const problem = { code: `${kind}-missing`, message, ...(hint === undefined ? {} : { hint }) };
  if (entries.length === 0) return [problem];
  return entries.map((entry) => ({ ...problem, origin: originOf(entry) }));
}

export function originOf({ origin: { file, line } }: PackageEntry): Origin {
  return line === undefined ? { file } : { file, line };
}

function unreachableIn(repositories: readonly Repository[], id: string, reason: string): Problem {
  const repository = repositories.find((one) => one.id === id);
  if (repository !== undefined) return unreachableProblem(repository, reason);
  return { code: 'repository-unreachable', message: `The repository ${id} cannot be read: ${reason}.` };
}

function licenceProblem({ name, text }: { name: string; text: string }): Problem {
  return {
    code: 'licence',
    message: `The package '${name}' asks to agree to a licence:\n${indented(text)}`,
    hint: "When you agree for your site: 'licenses: accept' in config.yaml, or --accept-licenses.",
  };
}

function conflictProblem(words: string): Problem {
  const lines = words.split('\n');
  const first = lines.findIndex((line) => line.trimStart().startsWith('Solution 1:'));
  const [asked, solutions] =
    first < 0 ? [words] : [lines.slice(0, first).join('\n'), lines.slice(first).join('\n')];
  const vendor = /with vendor change|change of vendor|vendor change/.test(words);
  const other = vendor
    ? "When the other vendor is meant: 'vendorchange: allow' in config.yaml, or --allow-vendor-change."
    : 'zypper is never answered by guess: change the package lists so that there is no question.';
  return {
    code: 'packages-conflict',
    message: `zypper finds no way to do what the lists say:\n${indented([asked, solutions].join('\n'))}`,
    hint: other,
  };
}

function indented(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => `  ${line}`).join('\n');
}
