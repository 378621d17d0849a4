import { expect, test } from 'vitest';
import { advisoryLine } from '../../../src/inspect/advisories/advisory-text.ts';
import { compareAdvisories } from '../../../src/inspect/advisories/compare-advisories.ts';
import { judgedPackages } from '../../../src/inspect/advisories/judged-packages.ts';
import type { Advisory } from '../../../src/packages/advisory.ts';
import type { Manifest } from '../../../src/plan/manifest.ts';
import { builtRecord } from '../../lib/built-record.ts';

const manifest = (...packages: readonly { nevra: string; source?: string }[]): Manifest => ({
  ...{ schema: 1, image: { name: 'i', osvers: 'o', arch: 'x86_64', profile: 'p' } },
  build: { ...builtRecord('initrd'), packages: [...packages] },
});

test('packages of a manifest, those of Debian with their sources', () => {
  const made = manifest({ nevra: 'libssl3_3-1+b1_amd64', source: 'openssl 3-1' }, { nevra: 'a-1-1.x86_64' });
  expect(judgedPackages(undefined, made)).toEqual([
    {
      type: 'deb',
      name: 'libssl3',
      version: '3-1+b1',
      arch: 'amd64',
      source: { name: 'openssl', version: '3-1' },
    },
    { type: 'rpm', name: 'a', version: '1-1', arch: 'x86_64' },
  ]);
  expect(judgedPackages(undefined, undefined)).toBeUndefined();
});

test('what is mended on the way, what came, and what is open on both sides', () => {
  const advisories: Advisory[] = ['a', 'b', 'c'].map((name) => ({
    ...{ id: name.toUpperCase(), type: 'security', severity: '', title: '' },
    fixes: [{ type: 'rpm', name, arch: 'x86_64', version: '2-1' }],
  }));
  const packages = (...words: string[]) =>
    judgedPackages(undefined, manifest(...words.map((nevra) => ({ nevra })))) ?? [];
  const found = compareAdvisories(
    packages('a-1-1.x86_64', 'b-1-1.x86_64'),
    packages('a-2-1.x86_64', 'b-1-2.x86_64', 'c-1-1.x86_64'),
    advisories,
  );
  expect([found.fixed.map(({ id }) => id), found.opened.map(({ id }) => id), found.stillOpen]).toEqual([
    ['A'],
    ['C'],
    1,
  ]);
});

test('an advisory on a line, whatever it is called', () => {
  const packages = Array.from({ length: 7 }, (_, index) => ({
    name: `p${index}`,
    installed: '1',
    fixed: '2',
  }));
  const told = { id: 'C\u001b', type: 'security', severity: '', title: '', packages };
  expect(advisoryLine(told)).toBe(
    'C\\x1b (security): p0 1 → 2, p1 1 → 2, p2 1 → 2, p3 1 → 2, p4 1 → 2, p5 1 → 2 and 1 more',
  );
});
