import { type HostIds, type HostSystem, hostSystemOf } from '../../../family/host-system.ts';

/** The package with the emulators of programs. */
const packages: Readonly<Record<HostSystem['names'], string>> = {
  debian: 'qemu-user-static',
  el: 'qemu-user-static',
  suse: 'qemu-linux-user',
};

/** The command that installs them on this host; where nobody knows it, what to look for. */
export function installEmulators(host: HostIds): string {
  const system = hostSystemOf(host);
  if (system === undefined) return 'install QEMU’s static user emulators (qemu-user-static)';
  return `${system.install} ${packages[system.names]}`;
}
