import { expect, it } from 'vitest';
import { debKernels } from '../../../src/family/deb-kernels.ts';

it.each([
  ['linux-image-amd64', '6.1.0-18-amd64', ['linux-image-6.1.0-18-amd64']],
  ['linux-headers-amd64', '6.1.0-18-amd64', ['linux-headers-6.1.0-18-amd64']],
  [
    'linux-image-generic',
    '5.15.0-1-generic',
    ['linux-image-5.15.0-1-generic', 'linux-modules-extra-5.15.0-1-generic'],
  ],
  ['linux-image-generic', '5.15.0-1-lowlatency', ['linux-image-5.15.0-1-lowlatency']],
  ['linux-modules-extra-generic', '5.15.0-1-generic', ['linux-modules-extra-5.15.0-1-generic']],
  ['linux-virtual', '5.15.0-1-generic', ['linux-image-5.15.0-1-generic', 'linux-headers-5.15.0-1-generic']],
  ['linux-image-amd64:amd64', '6.1', ['linux-image-6.1']],
  ['linux-image-amd64=6.1.76-1', '6.1', ['linux-image-6.1']],
])('%s of kernel %s', (word, version, names) => {
  expect(debKernels(word, version)).toEqual(names);
});

it('linux-generic of Ubuntu brings image, drivers and headers', () => {
  expect(debKernels('linux-generic-hwe-22.04', '6.5.0-1-generic')).toEqual([
    ...[
      'linux-image-6.5.0-1-generic',
      'linux-modules-extra-6.5.0-1-generic',
      'linux-headers-6.5.0-1-generic',
    ],
  ]);
});

it.each([
  'linux-image-6.1.0-18-amd64',
  'linux-firmware',
  'linux-base',
  'linux-libc-dev',
  'bash',
  'linux-image-',
  'linux',
])('%s stays as it is', (word) => {
  expect(debKernels(word, '6.1')).toBeUndefined();
});
