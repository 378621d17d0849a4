import { managerFolders } from './leftovers.ts';

/** What every build makes anew, or packages and nodes keep for themselves: no difference between images. */
const folders = [
  ...['dev', 'proc', 'run', 'sys', 'tmp', 'var/cache', 'var/log', 'var/run', 'var/tmp'],
  ...managerFolders,
  // Made of the certificates beside it, with the time of the day.
  'etc/pki/ca-trust/extracted',
];

const named = new Set([
  ...folders,
  ...['etc/.pwd.lock', 'etc/.updated', 'etc/group-', 'etc/gshadow-', 'etc/passwd-', 'etc/shadow-'],
  ...['etc/ld.so.cache', 'etc/machine-id', 'etc/udev/hwdb.bin', 'opt/xcat/xcatinfo', 'var/.updated'],
  ...['usr/lib/udev/hwdb.bin', 'var/lib/systemd/catalog/database', 'var/lib/systemd/random-seed'],
  // Attributes of the files of a cpio archive.
  '.rootimg-xattrs',
]);

/** depmod's tables, and initrds that packages make. */
const made = /^(?:usr\/)?lib\/modules\/[^/]+\/modules\.|^boot\/init(?:rd|ramfs)/;

/** Whether a path of an image says nothing of it. Folders are passed over with all that is in them. */
export function isVolatile(path: string): boolean {
  return named.has(path) || path.endsWith('/__pycache__') || made.test(path);
}
