import { type Apt, type AptTask, callHostApt } from './apt-call.ts';
import { throwAptError } from './apt-failure.ts';
import { emptyAptReport, readAptLine } from './apt-output.ts';

/** Fetches the indexes of all repositories and checks their signatures. Throws each repository that cannot be used. */
export async function updateLists(apt: Apt, task: AptTask): Promise<void> {
  const report = emptyAptReport();
  const result = await callHostApt(
    apt,
    ['apt-get', '--quiet', 'update'],
    task,
    (line) => void readAptLine(line, report),
  );
  if (result.exitCode !== 0 || report.refused.size > 0) throwAptError(apt, task, report, result);
}
