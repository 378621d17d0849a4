import { expect, test } from 'vitest';
import { machineOf, normaliseArch } from '../../../src/base/architecture.ts';
import { parseRelease, releaseWarnings } from '../../../src/genimage/preflight/release.ts';
import { aPlan } from './a-plan.ts';

test('spellings of an architecture meet', () => {
  expect(['i386', 'i686', 'x86'].map(normaliseArch)).toEqual(['x86', 'x86', 'x86']);
  expect(['ppc64el', 'ppc64le', 'arm64', 'x86_64'].map(normaliseArch)).toEqual([
    'ppc64le',
    'ppc64le',
    'aarch64',
    'x86_64',
  ]);
  expect(['x86', 'ppc64el', 'ppc64'].map(machineOf)).toEqual(['i686', 'ppc64le', 'ppc64']);
});

const rocky9 =
  'NAME="Rocky Linux"\nVERSION_ID="9.4"\nID="rocky"\nID_LIKE="rhel"\nPRETTY_NAME="Rocky Linux 9.4"\n';

test('a host of the image’s release is no warning', () => {
  expect(releaseWarnings(aPlan(), parseRelease(rocky9))).toEqual([]);
});

test('another major release and another distribution are warnings', () => {
  const major = parseRelease(rocky9.replaceAll('9.4', '8.10'));
  expect(releaseWarnings(aPlan(), major)).toEqual([
    "This host runs Rocky Linux 8.10, another major release than the image's rocky9.4.",
  ]);
  const debian = parseRelease('PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\nVERSION_ID="12"\n');
  expect(releaseWarnings(aPlan(), debian)[0]).toContain('another distribution');
});

test('a host without os-release is another one', () => {
  expect(releaseWarnings(aPlan(), parseRelease(''))).toHaveLength(1);
});
