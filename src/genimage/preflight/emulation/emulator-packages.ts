import type { HostRelease } from '../release.ts';

/** How the emulators of programs are installed, by words of ID and ID_LIKE. */
const commands: readonly (readonly [words: readonly string[], command: string])[] = [
  [['debian', 'ubuntu'], 'apt-get install qemu-user-static'],
  [['fedora', 'rhel', 'centos'], 'dnf install qemu-user-static'],
  [['suse', 'opensuse', 'sles'], 'zypper install qemu-linux-user'],
];

/** The command that installs them on this host; where nobody knows it, what to look for. */
export function installEmulators({ id, like }: Pick<HostRelease, 'id' | 'like'>): string {
  const words = [id, ...like];
  const found = commands.find(([known]) => known.some((word) => words.includes(word)));
  return found?.[1] ?? 'install QEMU’s static user emulators (qemu-user-static)';
}
