import { expect, test } from 'vitest';
import { fstab } from '../../../../src/genimage/customise/fstab.ts';
import { emptyRequest } from '../../../../src/plan/empty-request.ts';
import { aPlan } from '../a-plan.ts';

test('fstab of a stateless node', () => {
  expect(fstab(aPlan(), true)).toBe(
    [
      'devpts /dev/pts devpts gid=5,mode=620 0 0',
      'tmpfs /dev/shm tmpfs defaults 0 0',
      'proc /proc proc defaults 0 0',
      'sysfs /sys sysfs defaults 0 0',
      'compute_x86_64 / tmpfs rw 0 1',
      '',
    ].join('\n'),
  );
});

test('tmplimit counts only without systemd', () => {
  const plan = aPlan({ request: { ...emptyRequest(), tmplimit: '50m' } });
  expect(fstab(plan, true)).not.toContain('50m');
  expect(fstab(plan, false)).toContain('tmpfs /tmp tmpfs defaults,size=50m 0 2\n');
  expect(fstab(aPlan(), false)).toContain('tmpfs /var/tmp tmpfs defaults,size=10m 0 2\n');
});
