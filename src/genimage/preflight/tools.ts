import type { Problem } from '../../base/errors.ts';
import type { HostTool } from '../../base/host-tool.ts';
import { findTool } from '../../system/exec.ts';

/** What every build needs, whatever fills the image. */
export const buildTools: readonly HostTool[] = [
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
];

const driverTools: readonly HostTool[] = [
  { command: 'bsdtar', from: 'bsdtar (Debian: libarchive-tools)', why: 'unpacks driver updates' },
];

/**
 * Names the tools that are not installed, with the package that brings each and why it is needed; besides
 * ours those of the package manager.
 */
export async function checkTools(
  managerTools: readonly HostTool[],
  { needsDrivers = false }: { readonly needsDrivers?: boolean } = {},
  find: (command: string) => Promise<string | undefined> = findTool,
): Promise<Problem[]> {
  const needed = [...managerTools, ...buildTools, ...(needsDrivers ? driverTools : [])];
  const found = await Promise.all(needed.map((tool) => find(tool.command)));
  return needed
    .filter((_, index) => found[index] === undefined)
    .map((tool) => ({
      code: 'tool-missing',
      message: `${tool.command} is not installed; it ${tool.why}.`,
      hint: `Install the package ${tool.from}.`,
    }));
}
