import type { Problem } from '../../base/errors.ts';
import { hostDnf } from '../../packages/dnf/host-dnf.ts';
import { findTool } from '../../system/exec.ts';

interface Tool {
  readonly command: string;
  /** Package that brings it, the same name on EL and Debian. */
  readonly from: string;
  readonly why: string;
  /** Only an install needs it; an initrd alone does not. */
  readonly forPackages?: boolean;
  /** Only driverupdatesrc needs it. */
  readonly forDrivers?: boolean;
}

const tools: readonly Tool[] = [
  { command: 'dnf', from: 'dnf', why: 'installs the packages into the tree', forPackages: true },
  {
    command: 'rpm',
    from: 'rpm',
    why: 'moves the package database to where the image looks',
    forPackages: true,
  },
  { command: 'unshare', from: 'util-linux', why: 'keeps every mount of the build private' },
  { command: 'setpriv', from: 'util-linux', why: 'ends everything when the build is killed' },
  { command: 'flock', from: 'util-linux', why: 'locks the image folder' },
  {
    command: 'mount',
    from: 'util-linux (Debian: mount)',
    why: 'mounts proc, sys, dev and run below the tree',
  },
  { command: 'chroot', from: 'coreutils', why: 'runs programs of the image' },
  { command: 'mknod', from: 'coreutils', why: 'makes the small /dev' },
  {
    command: 'bsdtar',
    from: 'bsdtar (Debian: libarchive-tools)',
    why: 'unpacks driver updates',
    forDrivers: true,
  },
];

/** Names the tools that are not installed, with the package that brings each and why it is needed. */
export async function checkTools(
  needsPackages: boolean,
  find: (command: string) => Promise<string | undefined> = findTool,
  needsDrivers = false,
  whichDnf: () => Promise<string | undefined> = hostDnf,
): Promise<Problem[]> {
  const needed = tools.filter(
    (tool) => (needsPackages || tool.forPackages !== true) && (needsDrivers || tool.forDrivers !== true),
  );
  const found = await Promise.all(needed.map((tool) => find(tool.command)));
  const missing = needed
    .filter((_, index) => found[index] === undefined)
    .map((tool) => ({
      code: 'tool-missing',
      message: `${tool.command} is not installed; it ${tool.why}.`,
      hint: `Install the package ${tool.from}.`,
    }));
  return [...missing, ...(needsPackages && (await whichDnf()) === 'dnf5' ? [dnf5] : [])];
}

const dnf5: Problem = {
  code: 'dnf5-not-supported',
  message:
    'The dnf of this host is dnf5, whose output is not understood yet: a scriptlet that fails would pass in silence.',
  hint: 'Build on a host with dnf 4 (EL 8 to 10, Debian 11 to 13).',
};
