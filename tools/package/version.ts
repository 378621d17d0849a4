import { run } from '../../src/system/exec.ts';
import { lastRelease, nextVersion, readChangesets } from '../release/changesets.ts';

/** The version of the packages, and the time in seconds that no file of them is younger than. */
export interface PackageVersion {
  readonly version: string;
  readonly time: number;
}

/**
 * A commit with the tag `v<version>` makes the release itself. Any other makes a package that is older than
 * the next release and newer than the last one and those of the commits before: `0.2.0~57.g1a2b3c4`; rpm and
 * dpkg both put `~` first. SOURCE_DATE_EPOCH goes before the time of the commit.
 */
export async function packageVersion(checkout: string): Promise<PackageVersion> {
  const git = async (...words: string[]) => {
    const { stdout } = await run(['git', '-C', checkout, ...words], { action: 'ask git for the version' });
    return stdout.trim();
  };
  const time = Number(process.env['SOURCE_DATE_EPOCH'] ?? (await git('log', '-1', '--format=%ct')));
  const version = await lastRelease(checkout);
  const tags = (await git('tag', '--points-at', 'HEAD')).split('\n');
  if (tags.includes(`v${version}`)) return { version, time };
  const [count, commit] = [
    await git('rev-list', '--count', 'HEAD'),
    await git('rev-parse', '--short=7', 'HEAD'),
  ];
  const next = nextVersion(version, await readChangesets(checkout));
  return { version: `${next}~${count}.g${commit}`, time };
}
