import { sharedInside } from '../sandbox/sandbox.ts';

export interface DracutTask {
  readonly kernelVersion: string;
  /** dracut modules besides those of every stateless initrd. */
  readonly dracutModules: readonly string[];
  /** Kernel modules besides those that dracut takes by itself. */
  readonly drivers: readonly string[];
  /** As --compress takes it. */
  readonly compressor: string;
}

/** Name of our dracut module. */
export const dracutModule = 'rootimg';

/** Path of the initrd, seen from inside the image. */
const initrdInside = `${sharedInside}/initrd`;

/** xCAT: network, base, kernel-modules and its own. The disks, volumes and keys that dracut looks for by default are not a stateless node's. */
const stateless = [dracutModule, 'network', 'base', 'kernel-modules', 'shutdown'];

/** argv of dracut inside the image. Not host-only: the initrd boots other machines than this one. */
export function dracutArgv(task: DracutTask): string[] {
  return [
    'dracut',
    '--force',
    '--no-hostonly',
    '--no-hostonly-cmdline',
    ...['--tmpdir', '/run/rootimg'],
    ...['--kver', task.kernelVersion],
    ...['--modules', [...stateless, ...task.dracutModules].join(' ')],
    ...['--add-drivers', task.drivers.join(' ')],
    ...['--compress', task.compressor],
    initrdInside,
  ];
}
