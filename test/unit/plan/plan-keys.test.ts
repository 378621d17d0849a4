import { expect, it } from 'vitest';
import type { Repository } from '../../../src/plan/build-plan.ts';
import { usesPlanKeys } from '../../../src/plan/plan-keys.ts';

const repository: Repository = { id: 'pkgdir-0', url: 'http://m.example/debian', from: 'pkgdir' };
const suite = { suite: 'bookworm', components: ['main'] };

it('has no key of its own, and is to be checked', () => {
  expect(usesPlanKeys(repository)).toBe(true);
  expect(usesPlanKeys({ ...repository, deb: { ...suite, fingerprints: ['A'.repeat(40)] } })).toBe(true);
  expect(usesPlanKeys({ ...repository, deb: { ...suite, signedBy: ['/k.gpg'] } })).toBe(false);
  expect(usesPlanKeys({ ...repository, deb: { ...suite, key: 'k' } })).toBe(false);
  expect(usesPlanKeys({ ...repository, unchecked: '--no-gpgcheck' })).toBe(false);
});
