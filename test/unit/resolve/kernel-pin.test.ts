import { describe, expect, it } from 'vitest';
import { el } from '../../../src/family/el.ts';
import { pinKernel } from '../../../src/resolve/kernel-pin.ts';

describe('pinKernel', () => {
  const origin = { file: 'a', line: 1 };
  const names = [
    'kernel',
    'kernel-headers',
    'kernel-devel',
    'kernel-bootwrapper',
    'kernel-tools',
    'kernel-core',
    'bash',
  ];
  const passes = [
    { install: names.map((name) => ({ name, origin })), removeBefore: [], removeAfter: [], environment: [] },
  ];
  const pinned = (kernelver?: string, krpmver?: string) =>
    pinKernel(passes, el, kernelver, krpmver)[0]
      ?.install.map((entry) => entry.name)
      .join(' ');

  it('changes nothing without kernelver', () => {
    expect(pinned(undefined, '2')).toBe(names.join(' '));
  });

  it('appends krpmver, else kernelver', () => {
    expect(pinned('1')).toBe(
      'kernel-1 kernel-headers-1 kernel-devel-1 kernel-bootwrapper-1 kernel-tools-1 kernel-core bash',
    );
    expect(pinned('1', '2')).toContain('kernel-2 kernel-headers-2');
  });
});
