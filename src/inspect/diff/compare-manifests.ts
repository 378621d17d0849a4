import type { ImageDiff, SetChange, ValueChange } from '../../plan/image-diff.ts';
import { downloadSize } from '../../plan/layer-list.ts';
import type { BuiltRecord, Manifest, PackedRecord } from '../../plan/manifest.ts';
import { recordedPackage } from '../../plan/package-record.ts';
import { comparePackages } from './compare-packages.ts';

type ManifestDiff = Pick<ImageDiff, 'packages' | 'kernel' | 'initrd' | 'packed' | 'notCompared'>;

/** What two manifests say differently; also what only one of them, or none, can say. */
export function compareManifests(from: Manifest, to: Manifest): ManifestDiff {
  const missing = (part: 'build' | 'pack', command: string) =>
    [from, to].some((one) => one[part] === undefined) ? `a manifest tells of no ${command}` : undefined;
  const noBuild = missing('build', 'build');
  const noPack = missing('pack', 'pack');
  const packed = from.pack && to.pack && comparePacks(from.pack, to.pack);
  return {
    packages: [],
    ...(from.build && to.build && compareBuilds(from.build, to.build)),
    ...(packed && { packed }),
    notCompared: [
      ...(noBuild === undefined ? [] : [{ what: 'packages, kernel and initrd', why: noBuild }]),
      ...(noPack === undefined ? [] : [{ what: 'packed root and node memory', why: noPack }]),
    ],
  };
}

function compareBuilds(from: BuiltRecord, to: BuiltRecord): Omit<ManifestDiff, 'packed' | 'notCompared'> {
  const kernel = valueChange(from.kernelVersion, to.kernelVersion);
  const size = sizeChange(from.initrd.size, to.initrd.size);
  const modules = setChange(from.initrd.modules, to.initrd.modules);
  const sameInitrd = size === undefined && modules.added.length + modules.removed.length === 0;
  return {
    packages: comparePackages(from.packages.map(recordedPackage), to.packages.map(recordedPackage)),
    ...(kernel && { kernel }),
    ...(sameInitrd ? {} : { initrd: { ...(size && { size }), modules } }),
  };
}

function comparePacks(from: PackedRecord, to: PackedRecord): ImageDiff['packed'] {
  const formOf = ({ file, method, compressor }: PackedRecord) => `${file} (${method}, ${compressor})`;
  const form = valueChange(formOf(from), formOf(to));
  const size = sizeChange(downloadSize(from), downloadSize(to));
  const memory = sizeChange(from.memoryBytes, to.memoryBytes);
  if (!form && !size && !memory) return undefined;
  return { ...(form && { form }), ...(size && { size }), ...(memory && { memory }) };
}

/**
 * Two builds of the same packages are never quite equal in size: so many bytes, and so much of all, are no
 * difference.
 */
const even = { bytes: 100_000, share: 0.005 } as const;

function sizeChange(from: number | undefined, to: number | undefined): ValueChange<number> | undefined {
  if (from === undefined || to === undefined) return undefined;
  const tolerated = Math.max(even.bytes, even.share * Math.max(from, to));
  return Math.abs(to - from) <= tolerated ? undefined : { from, to };
}

/** Undefined where both are the same. */
export function valueChange<T>(from: T | undefined, to: T | undefined): ValueChange<T> | undefined {
  if (from === to) return undefined;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function setChange(from: readonly string[], to: readonly string[]): SetChange {
  const [before, after] = [new Set(from), new Set(to)];
  return {
    added: [...after].filter((one) => !before.has(one)).sort(),
    removed: [...before].filter((one) => !after.has(one)).sort(),
  };
}
