import type { PackageManager } from '../manager.ts';
import { checkRepositories, repositoryState } from '../rpm/repository-metadata.ts';
import type { Dialect } from './dialect.ts';
import { dnfArgv } from './dnf-argv.ts';
import { mandatoryPackages } from './dnf-groups.ts';
import { settleDnfHistory } from './dnf-history.ts';
import { readDnfLine } from './dnf-output.ts';
import { rpmTool, rpmVersion } from '../rpm/host-rpm.ts';
import { dnfVersion } from './dnf-version.ts';
import { hostDnf } from './host-dnf.ts';

const dialect: Dialect = {
  id: 'dnf',
  // Its output is read in the C locale; the host's aliases of its commands are not ours.
  environment: { LC_ALL: 'C', DNF_DISABLE_ALIASES: '1' },
  argv: (session, task) => dnfArgv('dnf', session, task),
  takesPlugins: true,
  // It starts rpmkeys for each package that it checks.
  fetchesAlone: ['--downloadonly', '--nogpgcheck'],
  options: [],
  onlyScriptsFailed: () => false,
  readLine: readDnfLine,
  // It resolves, shows what it would do, answers with no, and ends with 1.
  couldDo: /^Operation aborted/m,
  askOrigins: ['--queryformat', '%{name}-%{epoch}:%{version}-%{release}.%{arch} %{from_repo}'],
  groupMembers: mandatoryPackages,
  settleHistory: settleDnfHistory,
};

/** dnf 4. */
export const dnf: PackageManager = {
  id: 'dnf',
  kind: 'dnf',
  tools: [{ command: 'dnf', from: 'dnf (or dnf5)', why: 'installs the packages into the tree' }, rpmTool],
  isHere: async () => (await hostDnf()) === 'dnf',
  versions: async () => ({ rpm: await rpmVersion(), dnf: await dnfVersion() }),
  checkRepositories,
  repositoryState,
  open: async (site) => (await import('./dnf-session.ts')).openDnf(site, dialect),
};
