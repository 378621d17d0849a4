import { comparePackageVersions } from './versions.ts';
import type { Advisory, Fix, JudgedPackage, OpenAdvisory } from './advisory.ts';

/** Severities from the worst on, in the words of all sources. */
const severities = ['critical', 'emergency', 'high', 'important', 'medium', 'moderate', 'low', 'unimportant'];

/**
 * The advisories that packages are too old for, security first, then by severity and name. Of several installed
 * ones of a name and architecture, as kernels, the newest counts, as for dnf. Advisories of one id, which
 * several repositories may carry, are one.
 */
export function openAdvisories(
  packages: readonly JudgedPackage[],
  advisories: readonly Advisory[],
): OpenAdvisory[] {
  const installed = newestByKey(packages);
  const open = new Map<string, OpenAdvisory & { readonly packages: OpenAdvisory['packages'][number][] }>();
  for (const { fixes, ...advisory } of advisories) {
    for (const lacking of lackingOf(fixes, installed)) {
      const known = open.get(advisory.id) ?? { ...advisory, packages: [] };
      open.set(advisory.id, known);
      if (!known.packages.some(({ name, fixed }) => name === lacking.name && fixed === lacking.fixed)) {
        known.packages.push(lacking);
      }
    }
  }
  return [...open.values()].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function rank({ type, severity }: Pick<Advisory, 'type' | 'severity'>): number {
  const place = severities.indexOf(severity.toLowerCase());
  return (type === 'security' ? 0 : 100) + (place === -1 ? severities.length : place);
}

/** What is installed under a name and architecture, or of a source: the newest, and the names of all. */
interface Installed {
  readonly version: string;
  readonly module: string | undefined;
  readonly names: readonly string[];
}

function keyOf({ type, name, arch = '' }: Pick<Fix, 'type' | 'name' | 'arch'>): string {
  return `${type} ${name} ${arch}`;
}

function newestByKey(packages: readonly JudgedPackage[]): Map<string, Installed> {
  const found = new Map<string, Installed>();
  for (const one of packages) {
    const { type, name, arch, module } = one;
    const source = one.source ?? { name, version: one.version };
    const version = type === 'deb' ? source.version : one.version;
    const key = keyOf(type === 'deb' ? { type, name: source.name } : { type, name, arch });
    const known = found.get(key);
    const isNewer = known === undefined || comparePackageVersions(type, version, known.version) > 0;
    const names = [...new Set([...(known?.names ?? []), name])];
    found.set(key, { ...(isNewer ? { version, module } : known), names });
  }
  return found;
}

/** Of the versions that one advisory gives for a package, that for the installed one's release counts. */
function lackingOf(
  fixes: readonly Fix[],
  installed: ReadonlyMap<string, Installed>,
): OpenAdvisory['packages'][number][] {
  const byKey = new Map<string, Fix[]>();
  for (const fix of fixes) {
    const key = keyOf(fix);
    const has = installed.get(key);
    if (has === undefined || !isOfSameStream(has, fix)) continue;
    const others = byKey.get(key);
    if (others === undefined) byKey.set(key, [fix]);
    else others.push(fix);
  }
  return [...byKey].flatMap(([key, all]) => {
    const { version, names } = installed.get(key) as Installed;
    const ofRelease = all.filter((fix) => releaseOf(fix.version) === releaseOf(version));
    const lacking = (ofRelease.length > 0 ? ofRelease : all)
      .filter((fix) => comparePackageVersions(fix.type, version, fix.version) < 0)
      .sort((a, b) => comparePackageVersions(a.type, b.version, a.version));
    const [fix] = lacking;
    if (fix === undefined) return [];
    const binaries = fix.type === 'deb' ? { binaries: [...names].sort() } : {};
    return [{ name: fix.name, ...binaries, installed: version, fixed: fix.version }];
  });
}

/** The distribution's release in an rpm's release: `el9`, `fc40`; undefined where none is named. */
function releaseOf(version: string): string | undefined {
  return /\.((?:el|fc|amzn|lp|sle)\d{1,4})/.exec(version)?.[1];
}

/**
 * Versions of different streams of a module are not to be compared. Where nobody knows the stream, as of
 * updateinfo that does not name it, the first number of the version has to be the same.
 */
function isOfSameStream(has: Installed, fix: Fix): boolean {
  if (fix.module !== undefined) return has.module === fix.module;
  if (!isModular(fix.version) && !isModular(has.version)) return true;
  return (
    isModular(fix.version) && isModular(has.version) && firstNumber(fix.version) === firstNumber(has.version)
  );
}

function isModular(version: string): boolean {
  return /module[+_]/.test(version);
}

function firstNumber(version: string): string | undefined {
  return /^(?:\d+:)?(\d+)/.exec(version)?.[1];
}
