import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BuildLock, buildLockSchema, lockText, packagesAfter } from '../../../src/plan/build-lock.ts';

const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9+._~:-]{0,15}$/);
const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const digest = hex.map((one) => `sha256:${one}`);
const name = fc.constantFrom('bash', 'glibc', 'kernel', 'zlib');
const aPackage = fc.record({ name, version: word, arch: word, repository: word, digest });
const step = fc.record({
  list: fc.constantFrom('pkglist' as const, 'otherpkglist' as const),
  pass: fc.integer({ min: 1, max: 9 }),
  command: fc.constantFrom('install' as const, 'remove' as const, 'upgrade' as const),
  packages: fc.uniqueArray(aPackage, { selector: (one) => JSON.stringify(one) }),
  removes: fc.uniqueArray(name),
});
const lock: fc.Arbitrary<BuildLock> = fc.record({
  schema: fc.constant(1 as const),
  image: fc.record({ name: fc.constant('compute'), osvers: word, arch: word, profile: word }),
  epoch: fc.nat(),
  manager: fc.record({ id: word, versions: fc.dictionary(fc.stringMatching(/^[a-z]+$/), word) }),
  repositories: fc.array(fc.record({ id: word, url: word.map((one) => `https://mirror/${one}`) })),
  files: fc.array(fc.record({ role: word, path: fc.string(), sha256: hex })),
  environment: hex,
  steps: fc.array(step),
});

const sorted = ({ steps, ...rest }: BuildLock) => ({
  ...rest,
  steps: steps.map((one) => ({
    ...one,
    packages: one.packages.map((each) => JSON.stringify(each)).sort(),
    removes: [...one.removes].sort(),
  })),
});

test('what is written is read back, and the order of the packages makes no other text', () => {
  fc.assert(
    fc.property(lock, (one) => {
      const text = lockText(one);
      expect(sorted(buildLockSchema.parse(JSON.parse(text)))).toEqual(sorted(one));
      const turned = one.steps.map((each) => ({ ...each, packages: [...each.packages].reverse() }));
      expect(lockText({ ...one, steps: turned })).toBe(text);
    }),
  );
});

test('each package has a line of its own, in the order of their names', () => {
  const of = (one: string) => ({
    name: one,
    version: '1-1',
    arch: 'noarch',
    repository: 'r',
    digest: 'sha256:00',
  });
  const packages = ['zlib', 'bash', 'kernel'].map(of);
  const text = lockText({
    ...{ schema: 1, image: { name: 'i', osvers: 'o', arch: 'a', profile: 'p' }, epoch: 1, environment: '' },
    ...{ manager: { id: 'dnf', versions: {} }, files: [] },
    repositories: [{ id: 'r', url: 'https://user:secret@mirror/r' }],
    steps: [{ list: 'pkglist', pass: 1, command: 'install', packages, removes: [] }],
  });
  const lines = text.split('\n').filter((line) => line.includes('"version"'));
  expect(lines.map((line) => /"name":"(\w+)"/.exec(line)?.[1])).toEqual(['bash', 'kernel', 'zlib']);
  expect(text).not.toContain('secret');
});

test('the version of the last step that brought a package counts, and what was removed is gone', () => {
  const one = (of: string, version: string) => ({
    ...{ name: of, version, arch: 'x86_64', repository: 'r', digest: 'sha256:00' },
  });
  const steps = [
    {
      list: 'pkglist' as const,
      pass: 1,
      command: 'install' as const,
      packages: [one('a', '1'), one('b', '1'), one('c', '1')],
      removes: [],
    },
    {
      list: 'otherpkglist' as const,
      pass: 1,
      command: 'remove' as const,
      packages: [],
      removes: ['b.x86_64', 'c'],
    },
    {
      list: 'otherpkglist' as const,
      pass: 1,
      command: 'upgrade' as const,
      packages: [one('a', '2')],
      removes: [],
    },
  ];
  const words = (kept: boolean) =>
    packagesAfter(steps, { kept })
      .map((it) => `${it.name} ${it.version}`)
      .sort();
  expect(words(false)).toEqual(['a 2']);
  expect(words(true)).toEqual(['a 2', 'b 1', 'c 1']);
});

test.each(['', 'a b', 'a\ngpgcheck=0', 'a*', '[main]', 'a\t'])('%j is no name of a package', (one) => {
  const made = { name: one, version: '1-1', arch: 'noarch', repository: 'r', digest: 'sha256:00' };
  const step = { list: 'pkglist', pass: 1, command: 'install', packages: [made], removes: [] };
  expect(buildLockSchema.shape.steps.safeParse([step]).success).toBe(false);
  expect(
    buildLockSchema.shape.steps.safeParse([{ ...step, packages: [{ ...made, name: 'a' }] }]).success,
  ).toBe(true);
});
