import { findTool } from '../../system/exec.ts';
import type { PackageManager } from '../manager.ts';
import type { BaseMaker } from './base-maker.ts';
import { debootstrap } from './debootstrap.ts';
import { hostVersions } from './host-apt.ts';
import { mmdebstrap } from './mmdebstrap.ts';
import { checkRepositories, repositoryState } from './release-files.ts';

/** apt of the image, fed by that of the host, in a tree that `maker` begins. */
function aptWith(maker: BaseMaker): PackageManager {
  const { command } = maker;
  return {
    id: 'apt',
    kind: 'apt',
    tools: [
      { command: 'apt-get', from: 'apt', why: 'fetches the packages' },
      { command: 'dpkg-deb', from: 'dpkg', why: 'unpacks the packages' },
      { command, from: command, why: 'makes the base of a new tree' },
    ],
    isHere: async () => (await findTool('apt-get')) !== undefined && (await findTool(command)) !== undefined,
    versions: () => hostVersions(command),
    checkRepositories,
    repositoryState,
    open: async (site) => (await import('./apt-session.ts')).openAptSession(site, maker),
  };
}

export const apt = aptWith(mmdebstrap);

/** For hosts without mmdebstrap. */
export const aptOnDebootstrap = aptWith(debootstrap);
