import { anyExitCode, findTool, run } from '../../system/exec.ts';
import { sharedInside } from '../../sandbox/sandbox.ts';
import type { Dialect } from '../dnf/dialect.ts';
import { dnfArgv } from '../dnf/dnf-argv.ts';
import type { PackageManager } from '../manager.ts';
import { rpmTool, rpmVersion } from '../rpm/host-rpm.ts';
import { checkRepositories, repositoryState } from '../rpm/repository-metadata.ts';
import { mandatoryMembers, onlyScriptsFailed, readDnf5Line } from './dnf5-output.ts';
import { settleDnf5State } from './dnf5-state.ts';

const dialect: Dialect = {
  id: 'dnf5',
  environment: { LC_ALL: 'C' },
  // What root caches goes elsewhere than what others do.
  options: [`system_cachedir=${sharedInside}/cache`],
  argv: (session, task) => dnfArgv('dnf5', session, task),
  takesPlugins: false,
  fetchesAlone: ['--downloadonly'],
  readLine: readDnf5Line,
  couldDo: /^Operation aborted by the user/m,
  onlyScriptsFailed,
  askOrigins: ['--queryformat', '%{name}-%{epoch}:%{version}-%{release}.%{arch} %{from_repo}\n'],
  groupMembers: mandatoryMembers,
  settleHistory: settleDnf5State,
};

/** dnf5: the dnf of Fedora 41 and later, beside or in place of dnf 4 elsewhere. */
export const dnf5: PackageManager = {
  id: 'dnf5',
  kind: 'dnf',
  tools: [{ command: 'dnf5', from: 'dnf5', why: 'installs the packages into the tree' }, rpmTool],
  isHere: async () => (await findTool('dnf5')) !== undefined,
  versions: async () => ({ rpm: await rpmVersion(), dnf5: await version() }),
  checkRepositories,
  repositoryState,
  open: async (site) => (await import('../dnf/dnf-session.ts')).openDnf(site, dialect),
};

async function version(): Promise<string> {
  const { stdout } = await run(['dnf5', '--version'], { okCodes: anyExitCode });
  return /^dnf5 version (\S+)/m.exec(stdout)?.[1] ?? 'unknown';
}
