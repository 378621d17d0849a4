import { expect, test } from 'vitest';
import { absentModules } from '../../../../src/packages/zypper/suse-modules.ts';
import { aPlan } from '../../genimage/a-plan.ts';

const hint = (...urls: string[]) =>
  absentModules(aPlan({ repositories: urls.map((url, n) => ({ id: `pkgdir-${n}`, url, from: 'pkgdir' })) }));

test('the usual modules that no medium has are named, with the media', () => {
  expect(hint('file:///m/1/Product-SLES', 'file:///m/1/Module-Basesystem', 'file:///m/2/Module-HPC')).toBe(
    '/m/1, /m/2 is without Module-Server-Applications, Module-Legacy: copy the medium that has them, or add their folders to pkgdir.',
  );
});

test('media without modules, and addresses of a server, lack none', () => {
  expect(hint('file:///leap/1')).toBeUndefined();
  expect(hint('http://h/Module-Basesystem')).toBeUndefined();
  expect(hint()).toBeUndefined();
});
