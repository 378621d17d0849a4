import { expect, it } from 'vitest';
import { distanceBetween, nearNames } from '../../../src/base/near-names.ts';

it('counts letters', () => {
  expect(distanceBetween('bash', 'bash')).toBe(0);
  expect(distanceBetween('opensh-server', 'openssh-server')).toBe(1);
  expect(distanceBetween('', 'abc')).toBe(3);
});

it('finds what may be meant, the nearest first, and nothing far away', () => {
  const known = ['openssh-server', 'openssh-client', 'bash', 'dash', 'curl', 'cut'];
  expect(nearNames('opensh-server', known)).toEqual(['openssh-server']);
  expect(nearNames('bsh', known)).toEqual(['bash']);
  expect(nearNames('crul', known)).toEqual(['curl']);
  expect(nearNames('slurm-wlm', known)).toEqual([]);
});
