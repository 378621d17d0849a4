import { sharedInside } from '../../sandbox/sandbox.ts';

/**
 * dracut can make the programs and the drivers of an initrd apart (dracut(8), --no-kernel and --kernel-only),
 * or both at once.
 */
export type DracutPart = 'programs' | 'drivers' | 'whole';

export interface DracutTask {
  readonly kernelVersion: string;
  /** dracut modules besides those of every stateless initrd. */
  readonly dracutModules: readonly string[];
  /** Kernel modules besides those that dracut takes by itself. */
  readonly drivers: readonly string[];
}

/** Name of our dracut module. */
export const dracutModule = 'rootimg';

/** What `last.conf` in our dracut module reads. */
export function dracutVariables(task: DracutTask, part: DracutPart): Record<string, string> {
  return { ROOTIMG_PART: part, ROOTIMG_NEEDED_DRIVERS: task.drivers.join(' ') };
}

/** Name of what dracut makes, in the folder that it shares with us. */
export const dracutOutput = 'initrd';

/**
 * xCAT: network, base, kernel-modules and its own. The disks, volumes and keys that dracut looks for by
 * default are not a stateless node's.
 */
const stateless = [dracutModule, 'network', 'base', 'kernel-modules', 'shutdown'];

const partOptions: Readonly<Record<DracutPart, readonly string[]>> = {
  programs: ['--no-kernel'],
  drivers: ['--kernel-only'],
  whole: [],
};

/** Name of the folder with dracut's configuration, in the folder that it shares with us. */
export const dracutConfdir = 'dracut.conf.d';

/**
 * argv of dracut inside the image. Not host-only: the initrd boots other machines than this one. Not
 * compressed: that comes when the parts are joined.
 */
export function dracutArgv(task: DracutTask, part: DracutPart): string[] {
  return [
    'dracut',
    '--force',
    '--no-hostonly',
    '--no-hostonly-cmdline',
    ...partOptions[part],
    ...['--confdir', `${sharedInside}/${dracutConfdir}`],
    ...['--tmpdir', '/run/rootimg'],
    ...['--kver', task.kernelVersion],
    ...['--modules', [...stateless, ...task.dracutModules].join(' ')],
    ...['--add-drivers', task.drivers.join(' ')],
    '--no-compress',
    `${sharedInside}/${dracutOutput}`,
  ];
}
