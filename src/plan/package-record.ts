import type { BuiltRecord } from './manifest.ts';
import { type PackageId, packageWord, parsePackageWord } from './package-id.ts';

type PackageRecord = BuiltRecord['packages'][number];

const digestNames = { rpm: 'sha256header', deb: 'sha256record' } as const;

/** A package as the manifest has it. */
export function packageRecord(one: PackageId): PackageRecord {
  return {
    nevra: packageWord(one),
    ...(one.digest === undefined ? {} : { [digestNames[one.type]]: one.digest }),
    ...(one.builtFrom === undefined ? {} : { source: `${one.builtFrom.name} ${one.builtFrom.version}` }),
    ...(one.size === undefined ? {} : { size: one.size }),
    ...(one.repository === undefined ? {} : { repository: one.repository }),
  };
}

/** The package of such a record. */
export function recordedPackage({ nevra, size, repository, source, ...digests }: PackageRecord): PackageId {
  const id = parsePackageWord(nevra);
  const digest = digests[digestNames[id.type]];
  const [name, version] = source?.split(' ') ?? [];
  return {
    ...id,
    ...(name === undefined || version === undefined ? {} : { builtFrom: { name, version } }),
    ...(digest === undefined ? {} : { digest }),
    ...(size === undefined ? {} : { size }),
    ...(repository === undefined ? {} : { repository }),
  };
}
