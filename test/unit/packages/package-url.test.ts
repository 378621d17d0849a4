import { expect, test } from 'vitest';
import { packageUrl } from '../../../src/packages/package-url.ts';

test('package URLs as their types are defined', () => {
  const rpm = { type: 'rpm', name: 'bash', version: '5.2-3.el9', arch: 'x86_64' } as const;
  expect(packageUrl(rpm, 'rocky')).toBe('pkg:rpm/rocky/bash@5.2-3.el9?arch=x86_64');
  expect(packageUrl({ ...rpm, version: '1:5.2-3.el9' }, 'redhat')).toBe(
    'pkg:rpm/redhat/bash@5.2-3.el9?arch=x86_64&epoch=1',
  );
  expect(packageUrl({ ...rpm, name: 'gpg-pubkey', arch: '' }, 'rocky')).toBe(
    'pkg:rpm/rocky/gpg-pubkey@5.2-3.el9',
  );
  const deb = { type: 'deb', name: 'libstdc++6', version: '1:12.2-14+b1', arch: 'amd64' } as const;
  expect(packageUrl(deb, 'debian')).toBe('pkg:deb/debian/libstdc%2B%2B6@1:12.2-14%2Bb1?arch=amd64');
});
