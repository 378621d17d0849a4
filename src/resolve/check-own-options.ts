import type { Problem } from '../base/errors.ts';
import type { BuildRequest } from '../plan/request.ts';

/** What is wrong with the options that xCAT does not have. */
export function checkOwnOptions({
  fresh,
  onlyinitrd,
  postinstallTimeout,
  locked,
  keepPackages,
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
  return problems;
}
