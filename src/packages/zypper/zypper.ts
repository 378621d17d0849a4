import { findTool, run } from '../../system/exec.ts';
import type { PackageManager } from '../manager.ts';
import { rpmTool, rpmVersion } from '../rpm/host-rpm.ts';
import { checkRepositories, repositoryState } from './suse-metadata.ts';

/** zypper of the host, at work on the tree from outside. */
export const zypper: PackageManager = {
  id: 'zypper',
  kind: 'zypper',
  tools: [{ command: 'zypper', from: 'zypper', why: 'installs the packages into the tree' }, rpmTool],
  isHere: async () => (await findTool('zypper')) !== undefined,
  versions: async () => ({ rpm: await rpmVersion(), zypper: await zypperVersion() }),
  checkRepositories,
  repositoryState,
  open: async (site) => (await import('./zypper-session.ts')).openZypper(site),
};

/** Such as `1.14.73`. */
async function zypperVersion(): Promise<string> {
  // It would write of this into the host's log.
  const env = { ZYPP_LOGFILE: '/dev/null' };
  const { stdout } = await run(['zypper', '--version'], { env, action: 'ask zypper for its version' });
  return stdout.trim().replace(/^zypper\s+/, '');
}
