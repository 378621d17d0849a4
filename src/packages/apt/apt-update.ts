import { placeOf } from '../../base/url.ts';
import { type Apt, type AptTask, callHostApt } from './apt-call.ts';
import { throwAptError } from './apt-failure.ts';
import { type AptReport, emptyAptReport, noComponent, readAptLine } from './apt-output.ts';
import { hostProxies } from './host-apt.ts';
import { componentsThere } from './offered-suites.ts';

/** What asks for packages first makes apt's cache and has it in memory then; update would leave it to be read. */
export const updateArgv = ['apt-get', '--quiet', '-o', 'pkgCacheFile::Generate=false', 'update'] as const;

/** Fetches the indexes of all repositories and checks their signatures. Throws each repository that cannot be used. */
export async function updateLists(apt: Apt, task: AptTask): Promise<void> {
  const report = emptyAptReport();
  const result = await callHostApt(apt, updateArgv, task, (line) => void readAptLine(line, report));
  if (result.exitCode === 0 && report.refused.size === 0) return;
  await nameComponents(apt, report);
  throwAptError(apt, task, report, result);
}

/** Where a suite lacks a component, those that it has. */
async function nameComponents({ site: { plan } }: Apt, { refused }: AptReport): Promise<void> {
  const lacking = [...refused].filter(([, reason]) => reason.startsWith(noComponent));
  if (lacking.length === 0) return;
  const proxies = await hostProxies(plan);
  for (const [place, reason] of lacking) {
    const [url, suite] = place.split(' ');
    const repository = plan.repositories.find(
      (one) => placeOf(one.url).replace(/\/$/, '') === url && one.deb?.suite === suite,
    );
    const there = repository === undefined ? [] : await componentsThere(plan, repository, proxies);
    if (there.length > 0) refused.set(place, `${reason} (it has ${there.join(', ')})`);
  }
}
