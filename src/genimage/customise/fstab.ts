import { familyOf } from '../../family/families.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import type { Build } from '../build-context.ts';
import { writeTreeFile } from '../../system/tree-file.ts';
import { hasSystemd } from './systemd.ts';

/** xCAT: size of /tmp and /var/tmp where tmplimit says none. */
const defaultTmpLimit = '10m';

/** xCAT: written anew by every build. */
export async function writeFstab(build: Build): Promise<void> {
  await writeTreeFile(build.root, 'etc/fstab', fstab(build.plan, await hasSystemd(build.root)));
}

/**
 * The file systems of a stateless node. With systemd, which has its own idea of /tmp, tmplimit means
 * nothing, unless the family says so.
 */
export function fstab(plan: BuildPlan, systemd: boolean): string {
  const { image, request } = plan;
  const isLimited = request.tmplimit !== undefined && familyOf(image.family).filling?.limitsTmp === true;
  const size = request.tmplimit ?? defaultTmpLimit;
  const tmp = ['/tmp', '/var/tmp'].map((point) => `tmpfs ${point} tmpfs defaults,size=${size} 0 2`);
  return [
    'devpts /dev/pts devpts gid=5,mode=620 0 0',
    'tmpfs /dev/shm tmpfs defaults 0 0',
    'proc /proc proc defaults 0 0',
    'sysfs /sys sysfs defaults 0 0',
    ...(systemd && !isLimited ? [] : tmp),
    `${image.profile}_${image.arch} / tmpfs rw 0 1`,
    '',
  ].join('\n');
}
