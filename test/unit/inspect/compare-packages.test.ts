import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparePackages } from '../../../src/inspect/diff/compare-packages.ts';
import { parsePackageWord, type PackageId } from '../../../src/plan/package-id.ts';

const packages = (...nevras: string[]): PackageId[] => nevras.map((one) => parsePackageWord(one));
const short = (from: PackageId[], to: PackageId[]) =>
  comparePackages(from, to).map(({ kind, name, arch, from: a, to: b }) =>
    [kind, name, arch, a ?? '-', b ?? '-'].join(' '),
  );

test('added, removed, up and down, as rpm compares versions', () => {
  const from = packages('a-1-1.x86_64', 'b-1.9-1.x86_64', 'c-1:1-1.x86_64', 'd-2~rc1-1.noarch');
  const to = packages('b-1.10-1.x86_64', 'c-9-1.x86_64', 'd-2-1.noarch', 'e-1-1.x86_64');
  expect(short(from, to)).toEqual([
    'removed a x86_64 1-1 -',
    'up b x86_64 1.9-1 1.10-1',
    'down c x86_64 1:1-1 9-1',
    'up d noarch 2~rc1-1 2-1',
    'added e x86_64 - 1-1',
  ]);
});

test('of several kernels those that stayed are none of the changes', () => {
  const from = packages('kernel-5-1.x86_64', 'kernel-5-2.x86_64');
  const to = packages('kernel-5-2.x86_64', 'kernel-5-3.x86_64', 'kernel-5-4.x86_64');
  expect(short(from, to)).toEqual(['up kernel x86_64 5-1 5-4', 'added kernel x86_64 - 5-3']);
});

test('another architecture is one change; two architectures of a library are two packages', () => {
  expect(short(packages('a-1-1.noarch'), packages('a-2-1.x86_64'))).toEqual(['up a noarch → x86_64 1-1 2-1']);
  expect(short(packages('l-1-1.i686', 'l-1-1.x86_64'), packages('l-1-1.x86_64', 'l-2-1.i686'))).toEqual([
    'up l i686 1-1 2-1',
  ]);
});

test('the same version of another build is told; sizes are added up with their sign', () => {
  const one = { ...parsePackageWord('a-1-1.x86_64'), digest: 'x', size: 10 };
  const two = { ...one, digest: 'y', size: 25 };
  expect(comparePackages([one], [two])).toMatchObject([{ kind: 'rebuilt', bytes: 15 }]);
  expect(comparePackages([one], [])).toMatchObject([{ kind: 'removed', bytes: -10 }]);
});

const anyPackage = fc
  .record({
    name: fc.constantFrom('a', 'b', 'kernel'),
    version: fc.constantFrom('1-1', '1-2', '2-1', '1:1-1'),
    arch: fc.constantFrom('x86_64', 'i686', 'noarch'),
    digest: fc.constantFrom('p', 'q'),
  })
  .map((one): PackageId => ({ type: 'rpm', size: 1, ...one }));
const list = fc.uniqueArray(anyPackage, {
  maxLength: 8,
  selector: ({ name, version, arch }) => `${name} ${version} ${arch}`,
});

test('nothing differs from itself; the other way round is the same with other signs', () => {
  const mirror = { added: 'removed', removed: 'added', up: 'down', down: 'up', rebuilt: 'rebuilt' } as const;
  fc.assert(
    fc.property(list, list, (from, to) => {
      expect(comparePackages(from, from.toReversed())).toEqual([]);
      const there = comparePackages(from, to);
      const back = comparePackages(to, from);
      const kinds = (changes: typeof there) => changes.map(({ name, kind }) => `${name} ${kind}`).sort();
      expect(kinds(back)).toEqual(kinds(there.map((one) => ({ ...one, kind: mirror[one.kind] }))));
      const bytes = there.reduce((sum, one) => sum + (one.bytes ?? 0), 0);
      expect(bytes).toBe(to.length - from.length);
    }),
  );
});
