import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { nextVersion, parseChangeset, readChangesets } from '../../../../tools/release/changesets.ts';

const level = fc.constantFrom('patch' as const, 'minor' as const, 'major' as const);

test.each([
  ['0.1.0', [], '0.1.1'],
  ['0.1.0', ['patch'], '0.1.1'],
  ['0.1.4', ['patch', 'major', 'minor'], '0.2.0'],
  ['0.9.9', ['minor'], '0.10.0'],
  ['1.4.2', ['patch', 'minor'], '1.5.0'],
  ['1.4.2', ['major'], '2.0.0'],
] as const)('after %s, %j make %s', (version, levels, next) => {
  expect(
    nextVersion(
      version,
      levels.map((one) => ({ level: one })),
    ),
  ).toBe(next);
});

it('is later than the last version, and no further change makes it earlier', () => {
  const numbers = (version: string) => version.split('.').map(Number);
  const isLater = (one: string, other: string) => {
    const [a, b] = [numbers(one), numbers(other)];
    const place = a.findIndex((number, index) => number !== b[index]);
    return place >= 0 && a[place]! > b[place]!;
  };
  const changes = fc.array(fc.record({ level }));
  fc.assert(
    fc.property(fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)), changes, level, (parts, some, more) => {
      const version = parts.join('.');
      const next = nextVersion(version, some);
      expect(isLater(next, version)).toBe(true);
      expect(isLater(next, nextVersion(version, [...some, { level: more }]))).toBe(false);
    }),
  );
});

test.each(['', 'rootimg: minor\n\ntext', '---\nrootimg: minor\n---\n', '---\nrootimg: small\n---\n\ntext\n'])(
  '%j is no changeset',
  (content) => {
    expect(() => parseChangeset('.changeset/x.md', content)).toThrow('.changeset/x.md is no changeset');
  },
);

it('those of this checkout can be released', async () => {
  for (const { text } of await readChangesets('.')) expect(text).not.toBe('');
});
