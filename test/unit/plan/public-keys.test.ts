import { describe, expect, it } from 'vitest';
import type { PlanFile } from '../../../src/plan/build-plan.ts';
import type { ShownKey } from '../../../src/plan/public-key.ts';
import type { Manifest } from '../../../src/plan/manifest.ts';
import { isRenewed, keyNews, keyWords, rememberedFiles, whyUnfit } from '../../../src/plan/public-keys.ts';
import { builtRecord } from '../../lib/built-record.ts';

const now = Date.parse('2025-06-01T00:00:00Z');
const key = (fingerprint: string, changes: Partial<ShownKey> = {}): ShownKey => ({
  ...{ fingerprint, userIds: [`Name ${fingerprint} <a@b>`], created: '2020-01-01T00:00:00.000Z' },
  ...changes,
});
const file = (path: string, role: 'key' | 'sumskey', ...publicKeys: ShownKey[]): PlanFile => ({
  ...{ path, sha256: '', role, publicKeys },
});

it.each<[string, Partial<ShownKey>, string | undefined]>([
  ['a key without an end', {}, undefined],
  ['one that ends later', { expires: '2025-06-02T00:00:00.000Z' }, undefined],
  ['one that ends now', { expires: '2025-06-01T00:00:00.000Z' }, 'has expired on 2025-06-01'],
  ['one that was revoked', { revoked: '2024-01-02T03:04:05.000Z' }, 'was revoked by its owner on 2024-01-02'],
])('whyUnfit: %s', (_, changes, why) => {
  expect(whyUnfit(key('A', changes), now)).toBe(why);
});

it('isRenewed: another copy counts, and none was revoked', () => {
  const old = key('A', { expires: '2025-01-01T00:00:00.000Z' });
  const files = (...copies: ShownKey[]) => [file('/k', 'key', old, ...copies)];
  expect(isRenewed(old, files(), now)).toBe(false);
  expect(isRenewed(old, files(key('A')), now)).toBe(true);
  expect(isRenewed(old, files(key('B')), now)).toBe(false);
  expect(isRenewed(old, files(key('A'), key('A', { revoked: '2024-01-01T00:00:00.000Z' })), now)).toBe(false);
});

it('keyWords has the name where there is one', () => {
  expect(keyWords(key('A'))).toBe('A (Name A <a@b>)');
  expect(keyWords({ ...key('A'), userIds: [] })).toBe('A');
});

describe('keyNews', () => {
  const built = (...files: PlanFile[]): Manifest => ({
    ...{ schema: 1, image: { name: 'x', osvers: 'x', arch: 'x', profile: 'x' } },
    build: { ...builtRecord('x'), files },
  });
  const news = (files: PlanFile[], before?: Manifest, onlyinitrd = false) =>
    keyNews(files, before, { onlyinitrd });

  it('the first build shows each key once', () => {
    const files = [file('/a', 'key', key('A'), key('B')), file('/b', 'key', key('A'))];
    expect(news(files)).toEqual({
      ...{ first: ['A', 'B'].map((one) => `Packages may be signed by ${one} Name ${one}`), warnings: [] },
    });
  });

  it('one with the same keys says nothing, wherever they lie now', () => {
    expect(news([file('/moved', 'key', key('A'))], built(file('/a', 'key', key('A'))))).toEqual({
      ...{ first: [], warnings: [] },
    });
  });

  it('names keys that came and went, with their files', () => {
    const { warnings } = news([file('/b', 'key', key('B'))], built(file('/a', 'key', key('A'))));
    expect(warnings).toEqual([expect.stringMatching(/: new B .* of \/b; gone A .* of \/a\.$/)]);
  });

  it('the key that nodes check with is told also where the last build had none', () => {
    const { warnings } = news([file('/s', 'sumskey', key('S'))], built());
    expect(warnings).toEqual([expect.stringMatching(/^The key that nodes check .*: new S /)]);
    expect(news([file('/s', 'sumskey', key('S'))]).warnings).toEqual([]);
  });

  it('a build that takes no package says nothing of theirs', () => {
    expect(news([], built(file('/a', 'key', key('A'))), true)).toEqual({ first: [], warnings: [] });
  });
});

it('rememberedFiles keeps the keys of packages where a build looked at none', () => {
  const [a, b, s] = [file('/a', 'key'), file('/b', 'key'), file('/s', 'sumskey')];
  const paths = (onlyinitrd: boolean) => rememberedFiles([a, s], [b], { onlyinitrd }).map(({ path }) => path);
  expect([paths(false), paths(true)]).toEqual([
    ['/a', '/s'],
    ['/s', '/b'],
  ]);
  expect(rememberedFiles([a, s], undefined, { onlyinitrd: true })).toHaveLength(2);
});
