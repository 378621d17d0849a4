import { sharedInside } from './sandbox.ts';

export interface DracutTask {
  readonly kernelVersion: string;
  /** Kernel modules besides those that dracut takes by itself. */
  readonly drivers: readonly string[];
  /** As --compress takes it. */
  readonly compressor: string;
}

/** Name of our dracut module. */
export const dracutModule = 'rootimg';

/** Path of the initrd, seen from inside the image. */
export const initrdInside = `${sharedInside}/initrd`;

/**
 * argv of dracut inside the image. Not host-only: the initrd boots other machines than this one. xCAT: the network and kernel-modules
 * modules besides its own.
 */
export function dracutArgv(task: DracutTask): string[] {
  return [
    'dracut',
    '--force',
    '--no-hostonly',
    '--no-hostonly-cmdline',
    ...['--tmpdir', '/run/rootimg'],
    ...['--kver', task.kernelVersion],
    ...['--add', `${dracutModule} network`],
    ...['--add-drivers', task.drivers.join(' ')],
    ...['--compress', task.compressor],
    initrdInside,
  ];
}
