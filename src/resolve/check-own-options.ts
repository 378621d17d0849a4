import type { Problem } from '../base/errors.ts';
import type { BuildRequest } from '../plan/request.ts';

/** What is wrong with the options that xCAT does not have. */
export function checkOwnOptions({
  fresh,
  onlyinitrd,
  postinstallTimeout,
  locked,
  keepPackages,
  sourceDateEpoch,
}: BuildRequest): Problem[] {
  const problems: Problem[] = [];
  if (fresh && onlyinitrd) {
    problems.push({
      code: 'usage',
      message: '--fresh builds a new tree, and --onlyinitrd takes the one that is there: give one of them.',
    });
  }
  if (locked !== undefined && onlyinitrd) {
    problems.push({ code: 'usage', message: '--onlyinitrd touches no package: --locked has no say in it.' });
  }
  if (keepPackages !== undefined && locked === undefined) {
    problems.push({
      code: 'usage',
      message: '--keep-packages goes with --lock, which fills the folder, or --locked, which builds from it.',
    });
  }
  if (postinstallTimeout !== undefined && !/^[1-9]\d{0,6}$/.test(postinstallTimeout)) {
    problems.push({
      code: 'usage',
      message: `--postinstall-timeout takes seconds, a whole number from 1 on, not '${postinstallTimeout}'.`,
    });
  }
  return [...problems, ...epochProblems(sourceDateEpoch)];
}

/**
 * What is written during a build is later than its time; with a clock that is behind it, the clock would show
 * in the image.
 */
function epochProblems(epoch: string | undefined): Problem[] {
  if (epoch === undefined) return [];
  if (!/^\d{1,11}$/.test(epoch)) {
    const message = `--source-date-epoch takes seconds since 1970, not '${epoch}'.`;
    return [{ code: 'usage', message }];
  }
  if (Number(epoch) * 1000 <= Date.now()) return [];
  const when = new Date(Number(epoch) * 1000).toISOString();
  return [
    {
      code: 'epoch-ahead',
      message: `The time that the image is to have, ${when}, is still to come by the clock of this host.`,
      hint: 'Set the clock of this host, or give SOURCE_DATE_EPOCH an earlier time.',
    },
  ];
}
