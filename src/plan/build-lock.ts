import * as z from 'zod';
import { dataWithoutSecrets } from '../base/secrets.ts';
import { componentSchema, lineSchema } from './component.ts';

/** It stands in the configuration of package managers: one word, and no pattern. */
const wordSchema = lineSchema.regex(/^[^\s*?[\]]+$/);

/** A package file, as a lock has it. */
const lockedPackageSchema = z.strictObject({
  name: wordSchema,
  /** With epoch (where it is not 0) and release or revision, as in PackageId. */
  version: wordSchema,
  arch: wordSchema,
  /** Id of the repository it comes from; `file` for one that a list names by its path. */
  repository: wordSchema,
  /** Of the package file: `sha256:` and hex, or another algorithm where the repository has none better. */
  digest: z.string().regex(/^[a-z0-9]+:[0-9a-f]+$/),
});
export type LockedPackage = z.infer<typeof lockedPackageSchema>;

/** One run of the package manager. */
const lockStepSchema = z.strictObject({
  list: z.enum(['pkglist', 'otherpkglist']),
  /** 1-based. */
  pass: z.number().int().positive(),
  command: z.enum(['install', 'remove', 'upgrade']),
  /** What it puts in, also in place of another version. */
  packages: z.array(lockedPackageSchema),
  /** Names of the packages that it takes away, with their architecture where the manager says it. */
  removes: z.array(z.string()),
});
export type LockStep = z.infer<typeof lockStepSchema>;

export const buildLockSchema = z.strictObject({
  schema: z.literal(1),
  image: z.strictObject({ name: componentSchema, osvers: z.string(), arch: z.string(), profile: z.string() }),
  /**
   * When it was made or last changed, in seconds since 1970: what a reproducible build takes for its time
   * (SOURCE_DATE_EPOCH).
   */
  epoch: z.number().int().nonnegative(),
  manager: z.strictObject({ id: z.string(), versions: z.record(z.string(), z.string()) }),
  repositories: z.array(z.strictObject({ id: z.string(), url: z.string(), suite: z.string().optional() })),
  /** Lists, scripts, keys, drivers. */
  files: z.array(z.strictObject({ role: z.string(), path: z.string(), sha256: z.string() })),
  /** Digest (hex) of the environment of the build: it may hold passwords. */
  environment: z.string(),
  steps: z.array(lockStepSchema),
});
export type BuildLock = z.infer<typeof buildLockSchema>;

/**
 * The text of a lock's file, for people who read its changes: one package, repository or file a line, sorted;
 * without the passwords of addresses.
 */
export function lockText(lock: BuildLock): string {
  const { repositories, files, steps, ...head } = dataWithoutSecrets(lock);
  const top = JSON.stringify(head, undefined, 2).slice(0, -2);
  const sections = [
    `  "repositories": ${lines(repositories, 2)}`,
    `  "files": ${lines(files, 2)}`,
    `  "steps": ${steps.length === 0 ? '[]' : `[\n${steps.map(stepText).join(',\n')}\n  ]`}`,
  ];
  return `${[top, ...sections].join(',\n')}\n}\n`;
}

function stepText({ list, pass, command, packages, removes }: LockStep): string {
  return [
    '    {',
    `      "list": "${list}", "pass": ${pass}, "command": "${command}",`,
    `      "packages": ${lines([...packages].sort(byName), 6)},`,
    `      "removes": ${lines([...removes].sort(), 6)}`,
    '    }',
  ].join('\n');
}

function lines(items: readonly unknown[], indent: number): string {
  if (items.length === 0) return '[]';
  const margin = ' '.repeat(indent);
  return `[\n${items.map((one) => `${margin}  ${JSON.stringify(one)}`).join(',\n')}\n${margin}]`;
}

function byName(a: LockedPackage, b: LockedPackage): number {
  const key = (one: LockedPackage) => [one.name, one.arch, one.version, one.repository].join('\0');
  return key(a) < key(b) ? -1 : 1;
}

/**
 * What is installed after these steps, by name and architecture: the versions that the last step which brought
 * any has brought. `kept`: what has been taken away since counts too, as it may come again.
 */
export function packagesAfter(steps: readonly LockStep[], { kept }: { kept: boolean }): LockedPackage[] {
  const there = new Map<string, LockedPackage[]>();
  for (const { packages, removes } of steps) {
    for (const name of kept ? [] : removes) {
      for (const [key, [one]] of [...there]) {
        if (one !== undefined && (name === one.name || name === `${one.name}.${one.arch}`)) there.delete(key);
      }
    }
    for (const [key, versions] of groupByName(packages)) there.set(key, versions);
  }
  return [...there.values()].flat();
}

function groupByName(packages: readonly LockedPackage[]): Map<string, LockedPackage[]> {
  const groups = new Map<string, LockedPackage[]>();
  for (const one of packages) {
    const key = `${one.name}.${one.arch}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return groups;
}
