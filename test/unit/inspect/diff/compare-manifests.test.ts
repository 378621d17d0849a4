import { describe, expect, it } from 'vitest';
import { compareManifests, valueChange } from '../../../../src/inspect/diff/compare-manifests.ts';
import type { BuiltRecord, Manifest, PackedRecord } from '../../../../src/plan/manifest.ts';
import { builtRecord } from '../../../lib/built-record.ts';

const image = { name: 'compute', osvers: 'rocky9', arch: 'x86_64', profile: 'compute' };
const pack: PackedRecord = {
  ...{ finished: '2024-01-01T00:00:00Z', file: 'rootimg.sfs', method: 'squashfs', compressor: 'zstd' },
  ...{ uuid: 'u', members: 1, leftOut: 0, contentBytes: 1, size: 50_000_000, sha256: 'a', warnings: [] },
  ...{ memoryBytes: 80_000_000, unpackedBytes: 0 },
};

function manifest(build: Partial<BuiltRecord> = {}, packed: Partial<PackedRecord> = {}): Manifest {
  return { schema: 1, image, build: { ...builtRecord('initrd'), ...build }, pack: { ...pack, ...packed } };
}

const initrd = (size: number, modules: string[] = []) => ({
  initrd: { ...builtRecord('').initrd, size, modules },
});

describe('compareManifests', () => {
  it('finds nothing in two of the same', () => {
    expect(compareManifests(manifest(), manifest())).toEqual({ packages: [], notCompared: [] });
  });

  it.each<[string, Manifest, object]>([
    ['another kernel', manifest({ kernelVersion: '2.0' }), { kernel: { from: '1.2', to: '2.0' } }],
    [
      'another form',
      manifest({}, { file: 'rootimg.cpio.gz', method: 'cpio', compressor: 'gzip' }),
      { packed: { form: { from: 'rootimg.sfs (squashfs, zstd)', to: 'rootimg.cpio.gz (cpio, gzip)' } } },
    ],
    [
      'a larger file',
      manifest({}, { size: 51_000_000 }),
      { packed: { size: { from: 50_000_000, to: 51_000_000 } } },
    ],
    ['more memory', manifest({}, { memoryBytes: 90_000_000 }), { packed: { memory: { to: 90_000_000 } } }],
    [
      'a package',
      manifest({ packages: [{ nevra: 'bash-5-1.x86_64' }] }),
      { packages: [{ name: 'bash', kind: 'added' }] },
    ],
  ])('finds %s', (_, to, found) => {
    expect(compareManifests(manifest(), to)).toMatchObject(found);
  });

  it('a size that differs by less than 100 kB, or half a percent, is no other one', () => {
    const sizes = (from: number, to: number) =>
      compareManifests(manifest({}, { size: from }), manifest({}, { size: to })).packed?.size;
    expect(sizes(1000, 101_000)).toBeUndefined();
    expect(sizes(1000, 101_001)).toEqual({ from: 1000, to: 101_001 });
    expect(sizes(100_000_000, 100_500_000)).toBeUndefined();
    expect(sizes(100_000_000, 100_600_000)).toEqual({ from: 100_000_000, to: 100_600_000 });
    expect(sizes(100_600_000, 100_000_000)).toBeDefined();
  });

  it('tells which modules of the initrd came and went', () => {
    const found = compareManifests(
      manifest(initrd(6, ['a', 'c', 'b'])),
      manifest(initrd(6, ['d', 'b', 'a'])),
    );
    expect(found.initrd).toEqual({ modules: { added: ['d'], removed: ['c'] } });
    expect(
      compareManifests(manifest(initrd(6, ['a', 'b'])), manifest(initrd(6, ['b', 'a']))).initrd,
    ).toBeUndefined();
  });

  it('says what a manifest cannot tell', () => {
    const { build: _, ...unbuilt } = manifest();
    const { pack: __, ...unpacked } = manifest();
    expect(compareManifests(manifest(), unbuilt).notCompared).toEqual([
      { what: 'packages, kernel and initrd', why: 'a manifest tells of no build' },
    ]);
    expect(compareManifests(unpacked, manifest()).notCompared).toEqual([
      { what: 'packed root and node memory', why: 'a manifest tells of no pack' },
    ]);
  });
});

it('valueChange leaves out the side that has none', () => {
  expect(valueChange('a', 'a')).toBeUndefined();
  expect(valueChange(undefined, 'a')).toEqual({ to: 'a' });
  expect(valueChange('a', undefined)).toEqual({ from: 'a' });
});
