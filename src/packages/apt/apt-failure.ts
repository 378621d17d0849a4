import { type Problem, ProblemsError, RootimgError } from '../../base/errors.ts';
import { placeOf } from '../../base/url.ts';
import type { PackageEntry, Repository } from '../../plan/build-plan.ts';
import { lastLines, type RunResult } from '../../system/exec.ts';
import { type Apt, aptLog, type AptTask } from './apt-call.ts';
import type { AptReport } from './apt-output.ts';
import { aptWord, wantedBy } from './apt-words.ts';

/** Throws the error of a run that ended badly: what went wrong, by list entry or repository where it can be. */
export function throwAptError(
  { site }: Apt,
  task: Pick<AptTask, 'entries'>,
  report: AptReport,
  result: RunResult,
  program = 'apt-get',
): never {
  const { plan } = site;
  const problems = [
    ...missingProblems(task.entries, report, plan.repositories),
    ...repositoryProblems(report, plan.repositories),
  ];
  if (problems.length > 0) throw new ProblemsError(problems);
  const output = `${result.stdout}\n${result.stderr}`;
  const details = lastLines(output, 15).filter((line) => !/(pm|dl)(status|error):/.test(line));
  if (report.full.length > 0) {
    throw new RootimgError(
      'disk-full',
      `The packages do not fit into ${site.root}: ${report.full.join(' ')}.`,
      {
        details,
      },
    );
  }
  if (report.conflicts.length > 0) {
    throw new RootimgError('file-conflict', `Packages have the same file: ${report.conflicts.join('; ')}.`, {
      details,
      hint: 'Take one of them out of the package lists.',
    });
  }
  if (report.damaged.length > 0) {
    throw new RootimgError('package-damaged', `A package cannot be read: ${report.damaged.join('; ')}.`, {
      details,
    });
  }
  if (report.scripts.length > 0) throw new ProblemsError(report.scripts.map(scriptProblem));
  if (report.undelivered.length > 0) {
    const message = `Packages could not be fetched whole: ${report.undelivered.map(hidden).join('; ')}.`;
    throw new RootimgError('download-failed', message, { details: details.map(hidden) });
  }
  if (report.unmet.length > 0) {
    throw new RootimgError('unmet-dependency', 'The packages of the lists cannot be installed together.', {
      details: report.unmet,
      hint: 'Add the repository that has what is missing, or take one of the packages out of the lists.',
    });
  }
  const kept = site.keptLog(aptLog);
  throw new RootimgError(
    'packages-failed',
    report.errors.length > 0
      ? `${program} failed: ${report.errors.join(' ')}`
      : `${program} ended with exit status ${result.exitCode}.`,
    { details, ...(kept === undefined ? {} : { hint: `The whole output is in ${kept}.` }) },
  );
}

/** Names that no repository has, each with the line of the list that says it. */
export function missingProblems(
  entries: readonly PackageEntry[],
  report: AptReport,
  repositories: Parameters<typeof aptWord>[1],
  near: (name: string) => readonly string[] = () => [],
): Problem[] {
  return [...report.missing].flatMap(([word, sentence]) => {
    const found = entries.filter((entry) => {
      const asked = aptWord(entry, repositories);
      return asked === word || wantedBy(asked).name === word;
    });
    const names = near(word);
    const problem = {
      code: word.endsWith('^') ? 'task-missing' : 'package-missing',
      message: missingMessage(word, sentence),
      ...(names.length > 0 && { hint: `There is: ${names.join(', ')}.` }),
    };
    if (found.length === 0) return [problem];
    return found.map(({ origin: { file, line } }) => ({
      ...problem,
      origin: line === undefined ? { file } : { file, line },
    }));
  });
}

function missingMessage(word: string, sentence: string): string {
  if (word.endsWith('^')) return `No repository has the task '${word.slice(0, -1)}'.`;
  if (/^Unable to locate package|^Couldn't find any/.test(sentence))
    return `No repository has the package '${word}'.`;
  const [, what = '', value = '', name = ''] =
    /^(Version|Release) '(.+)' for '(.+)' was/.exec(sentence) ?? [];
  if (what !== '') return `No repository has the package '${name}' in ${what.toLowerCase()} '${value}'.`;
  return `${sentence.replace(/\.?$/, '')}.`;
}

/** Repositories that apt does not use, each with its reason. */
export function repositoryProblems(report: AptReport, repositories: readonly Repository[]): Problem[] {
  return [...report.refused].map(([place, reason]) => {
    const [url = '', suite] = place.replace(/^copy:\/*/, 'file:///').split(' ');
    const found = repositories.find((one) => bare(one.url) === bare(url));
    const from = found === undefined ? '' : ` (${found.from})`;
    return {
      code: /sign|GPG|key|verif/i.test(reason) ? 'signature' : 'repository-unusable',
      message: `The repository ${hidden(url)}${suite === undefined ? '' : ` ${suite}`}${from} cannot be used: ${reason}.`,
      ...(/has expired/.test(reason) && { hint: expiredHint }),
    };
  });
}

const expiredHint =
  'The mirror is no longer renewed. For the archive of an old release write Check-Valid-Until: no into a .sources file and name it in pkgdir.';

/** apt tells addresses without their passwords. */
function bare(url: string): string {
  return placeOf(url).replace(/\/$/, '');
}

/** One script of a package that failed. */
function scriptProblem(failure: AptReport['scripts'][number]): Problem {
  const { script, reason, output } = failure;
  return {
    code: 'scriptlet-failed',
    message: [
      `The ${script} of ${failure.package} failed: ${reason}.`,
      ...output.map((line) => `  ${line}`),
    ].join('\n'),
    hint: 'dpkg leaves the package, and all that need it, unconfigured; --tolerate-scriptlets cannot help here.',
  };
}

/** Text without the passwords of the addresses in it. */
function hidden(text: string): string {
  return text.replace(/\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/]*@\S*/gi, (address) => placeOf(address));
}
