import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packageRecord, recordedPackage } from '../../../src/plan/package-record.ts';

const optional = fc.record(
  { digest: fc.stringMatching(/^[0-9a-f]{4}$/), size: fc.nat(), repository: fc.constant('http://m/x') },
  { requiredKeys: [] },
);
const rpm = fc.record({
  type: fc.constant('rpm' as const),
  name: fc.stringMatching(/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)?$/),
  version: fc.stringMatching(/^([1-9]:)?[0-9]\.[0-9]{1,3}-[0-9]\.el9$/),
  arch: fc.constantFrom('x86_64', 'noarch'),
});
const deb = fc.record({
  type: fc.constant('deb' as const),
  name: fc.stringMatching(/^[a-z][a-z0-9]+([.+-][a-z0-9]+)?$/),
  version: fc.stringMatching(/^([1-9]:)?[0-9]\.[0-9]{1,3}(\+dfsg)?-[0-9]$/),
  arch: fc.constantFrom('amd64', 'all', 'ppc64el'),
});

it('a package comes back from the manifest as it was, of either kind', () => {
  fc.assert(
    fc.property(fc.oneof(rpm, deb), optional, (id, more) => {
      const one = { ...id, ...more };
      expect(recordedPackage(packageRecord(one))).toEqual(one);
    }),
  );
});
