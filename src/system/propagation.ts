import { statSync } from 'node:fs';
import { readRegularFileSync } from '../base/regular-file.ts';
import { RootimgError } from '../base/errors.ts';

interface Mount {
  /** `major:minor` of its file system. */
  readonly device: string;
  readonly target: string;
  readonly shared: boolean;
}

/**
 * The mounts in the text of a mountinfo file (proc(5)): id, parent, device, root, target, options, optional
 * fields, `-` …
 */
export function readMounts(mountinfo: string): Mount[] {
  return mountinfo
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const words = line.split(' ');
      const optional = words.slice(6, words.indexOf('-'));
      return {
        device: words[2] ?? '',
        target: words[4] ?? '',
        shared: optional.some((word) => word.startsWith('shared:')),
      };
    });
}

/** How Linux numbers a device (makedev(3)): `major:minor`. */
export function deviceName(dev: number): string {
  const device = BigInt(dev);
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn & 0xffffffffn);
  return `${major}:${minor}`;
}

/**
 * How unshare must treat the mounts it copies. `private` keeps ours from everybody else. In a plain chroot,
 * whose root is no mount point, it cannot change that: the mounts stay as they are, which is safe only where
 * the file system below is not shared. Throws `shared-chroot` else.
 */
export function choosePropagation(
  own: readonly Mount[],
  ofFirstProcess: readonly Mount[],
  rootDevice: string,
): 'private' | 'unchanged' {
  if (own.some((mount) => mount.target === '/')) return 'private';
  if ([...own, ...ofFirstProcess].some((mount) => mount.shared && mount.device === rootDevice)) {
    throw new RootimgError(
      'shared-chroot',
      'The root folder is a plain chroot on a shared file system: our mounts would show up outside.',
      {
        hint: 'Outside, before chroot: mount --bind ROOT ROOT && mount --make-rprivate ROOT',
      },
    );
  }
  return 'unchanged';
}

let known: 'private' | 'unchanged' | undefined;

/** What `unshare --propagation` needs on this host; found out once. */
export function hostPropagation(): 'private' | 'unchanged' {
  known ??= choosePropagation(mountsOf('self'), mountsOf('1'), deviceName(statSync('/').dev));
  return known;
}

function mountsOf(process: string): Mount[] {
  try {
    return readMounts(readRegularFileSync(`/proc/${process}/mountinfo`).toString('utf8'));
  } catch {
    return [];
  }
}
