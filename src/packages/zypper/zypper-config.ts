import type { Repository } from '../../plan/build-plan.ts';
import { sharedInside } from '../../sandbox/sandbox.ts';
import { placeOfRepository } from '../repository-files.ts';

/**
 * libzypp's whole configuration; nothing of the host's own counts. With a root, all these paths are below it:
 * repositories, services, locks, cache and logs are in the image's /run, a folder of ours during the build.
 * `arch`: of the image, as rpm says it.
 */
export function zyppConfig(arch: string): string {
  const paths: Readonly<Record<string, string>> = {
    configdir: 'etc',
    reposdir: 'repos',
    servicesdir: 'services',
    varsdir: 'vars',
    vendordir: 'vendors',
    multiversiondir: 'multiversion',
    'solver.checkSystemFile': 'systemCheck',
    'solver.checkSystemFileDir': 'systemCheck.d',
    cachedir: 'cache',
    'credentials.global.dir': 'credentials',
    'credentials.global.file': 'credentials/file',
    'locksfile.path': 'locks',
    'history.logfile': 'history',
    'update.datadir': 'update',
    'update.messagesdir': 'update',
    'update.scriptsdir': 'update',
  };
  return [
    '[main]',
    `arch = ${arch}`,
    ...Object.entries(paths).map(([key, path]) => `${key} = ${sharedInside}/${path}`),
    'multiversion =',
    'solver.onlyRequires = true',
    'solver.allowVendorChange = false',
    // All that is wrong with the packages themselves is found before the first one is installed.
    'commit.downloadMode = DownloadInAdvance',
    'download.use_deltarpm = false',
    'rpm.install.excludedocs = no',
    'gpgcheck = on',
    'pkg_gpgcheck = on',
    '',
  ].join('\n');
}

/** zypper's own configuration: nothing of the host's, no question answered by itself. */
export const zypperConfig = `[main]

[solver]
installRecommends = no
forceResolutionCommands =

[commit]
autoAgreeWithLicenses = no
psCheckAccessDeleted = no

[color]
useColors = never
`;

/** What zypper must know of a repository besides what the plan says. */
export interface RepositoryFacts {
  /** Its metadata carries a signature, which then must be good. */
  readonly isSigned: boolean;
  /** Folder with the certificates that its server is trusted by, below the root. */
  readonly certificates: string | undefined;
}

/**
 * The file of one repository. Every package must be signed, whether the metadata is or not: a signature of
 * the metadata alone can be taken away by whoever serves it.
 */
export function repositoryText(repository: Repository, facts: RepositoryFacts): string {
  const { id, unchecked } = repository;
  const url = placeOfRepository(repository);
  const checks = unchecked === undefined ? 1 : 0;
  return [
    `[${id}]`,
    `name=${id}`,
    'enabled=1',
    'autorefresh=0',
    'keeppackages=1',
    // Its variables ($releasever) are not ours to expand in what an administrator wrote.
    `baseurl=${facts.certificates === undefined ? url : withQuery(url, `ssl_capath=${facts.certificates}`)}`,
    `gpgcheck=${checks}`,
    `repo_gpgcheck=${checks === 1 && facts.isSigned ? 1 : 0}`,
    `pkg_gpgcheck=${checks}`,
    '',
  ].join('\n');
}

function withQuery(url: string, word: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${word}`;
}
