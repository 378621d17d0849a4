import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PackageId } from '../../../src/plan/package-id.ts';
import { packageRecord, recordedPackage } from '../../../src/plan/package-record.ts';

const rpmWord = fc.stringMatching(/^[a-z][a-z0-9+_]{0,8}(-[a-z0-9_]{1,5}){0,3}$/);
const rpmPart = fc.stringMatching(/^[0-9][A-Za-z0-9.+~^_]{0,8}$/);
const rpmArch = fc.constantFrom('x86_64', 'noarch', 'aarch64', 'i686', 'ppc64le');
const debWord = fc.stringMatching(/^[a-z0-9][a-z0-9+.-]{1,9}$/);
const debVersion = fc.stringMatching(/^([1-9]:)?[0-9][A-Za-z0-9.+~-]{0,12}$/);
const debArch = fc.constantFrom('amd64', 'all', 'arm64', 'kfreebsd-amd64');
const epoch = fc.constantFrom('', '1:', '12:');

const more = { digest: 'abc', size: 1, repository: 'file' };
const roundTrip = (one: PackageId) => expect(recordedPackage(packageRecord(one))).toEqual(one);

test('the manifest gives back every package that was put into it', () => {
  fc.assert(
    fc.property(rpmWord, epoch, rpmPart, rpmPart, rpmArch, (name, before, version, release, arch) => {
      roundTrip({ type: 'rpm', name, version: `${before}${version}-${release}`, arch, ...more });
    }),
  );
  fc.assert(
    fc.property(debWord, debVersion, debArch, (name, version, arch) => {
      roundTrip({ type: 'deb', name, version, arch, ...more });
    }),
  );
});

test('a key has no architecture', () => {
  roundTrip({ type: 'rpm', name: 'gpg-pubkey', version: '8d8b756f-629a1f4c', arch: '' });
});
