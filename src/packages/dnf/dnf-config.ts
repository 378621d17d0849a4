import { pathToFileURL } from 'node:url';
import type { Repository } from '../../plan/build-plan.ts';
import { placeOfRepository } from '../repository-files.ts';
import { sharedInside } from '../../sandbox/sandbox.ts';

/** Names a host never has: dnf then finds no repositories, variables or plugins but ours. */
const nowhere = '/nonexistent/rootimg';

/** Which of the packages of the repositories exist for dnf; NEVRAs. */
export interface DnfChoice {
  readonly excluded: readonly string[];
  /** Those of one repository; absent: all of them. */
  readonly only?: (repository: string) => readonly string[];
}

export const noChoice: DnfChoice = { excluded: [] };

/**
 * dnf's whole configuration; nothing of the host's own counts. Cache and logs are below the image's /run, a
 * folder of ours during the build, because dnf puts them below the installroot. Weak dependencies are
 * installed: xCAT leaves dnf's default, and package lists rely on it. What the host protects from removal
 * does not bind the image. `local`: the signatures of packages named by their path are checked. `options`:
 * further lines. `choice`: what else may be taken than what the repositories have.
 */
export function dnfConfig(
  repositories: readonly Repository[],
  keys: readonly string[],
  { local, options }: { local: boolean; options: readonly string[] },
  choice: DnfChoice = noChoice,
): string {
  const main = [
    '[main]',
    `reposdir=${nowhere}`,
    `varsdir=${nowhere}`,
    'plugins=0',
    `cachedir=${sharedInside}/cache`,
    `logdir=${sharedInside}/log`,
    'persistdir=/var/lib/dnf',
    'metadata_expire=-1',
    'gpgcheck=1',
    `localpkg_gpgcheck=${local ? 1 : 0}`,
    'strict=1',
    'skip_if_unavailable=0',
    'install_weak_deps=1',
    'protected_packages=',
    'protect_running_kernel=0',
    'color=never',
    ...options,
    ...listOption('excludepkgs', choice.excluded),
  ];
  const sections = repositories.map((repository) => [
    `[${repository.id}]`,
    `name=${repository.id}`,
    `baseurl=${placeOfRepository(repository)}`,
    `gpgcheck=${repository.unchecked === undefined ? 1 : 0}`,
    ...(repository.sslcacert === undefined ? [] : [`sslcacert=${repository.sslcacert}`]),
    `gpgkey=${keys.map((key) => pathToFileURL(key).href).join('\n  ')}`,
    ...(choice.only === undefined ? [] : listOption('includepkgs', choice.only(repository.id))),
  ]);
  return `${[main, ...sections].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function listOption(name: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${name}=${values.join('\n  ')}`];
}
