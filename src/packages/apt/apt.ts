import { findTool } from '../../system/exec.ts';
import type { PackageManager } from '../manager.ts';
import { openAptSession } from './apt-session.ts';
import { hostVersions } from './host-apt.ts';
import { checkRepositories, repositoryState } from './release-files.ts';

/** apt of the image, fed by that of the host. */
export const apt: PackageManager = {
  id: 'apt',
  kind: 'apt',
  tools: [
    { command: 'apt-get', from: 'apt', why: 'fetches the packages' },
    { command: 'dpkg-deb', from: 'dpkg', why: 'unpacks the packages' },
    { command: 'mmdebstrap', from: 'mmdebstrap', why: 'makes the base of a new tree' },
  ],
  isHere: async () =>
    (await findTool('apt-get')) !== undefined && (await findTool('mmdebstrap')) !== undefined,
  versions: hostVersions,
  checkRepositories,
  repositoryState,
  open: openAptSession,
};
