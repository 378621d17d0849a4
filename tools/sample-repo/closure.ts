import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import { chooseRelations, parseRelations, type Relation } from './depends.ts';

/** A Debian package as its index describes it. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly summary: string;
  readonly sha256: string;
  /** Bytes of the .deb file. */
  readonly size: number;
  readonly depends: readonly Relation[][];
  readonly provides: readonly Relation[];
}

/**
 * Options for apt that make it see a machine without any package and without downloads of its own. `state` is
 * a folder of ours.
 */
function emptyMachineOptions(state: string): string[] {
  return [
    `Dir::State::status=${state}/status`,
    `Dir::State::extended_states=${state}/extended_states`,
    `Dir::Cache::archives=${state}/archives`,
    'APT::Install-Recommends=false',
  ].flatMap((option) => ['-o', option]);
}

/**
 * argv that lists what an installation on an empty machine takes: `Inst name (version origin [arch])` lines.
 */
export function closureArgv(state: string, names: readonly string[]): string[] {
  return ['apt-get', ...emptyMachineOptions(state), '--simulate', '-qq', 'install', ...names];
}

/** The packages of `apt-get --simulate install`, as `name=version`. */
export function parseSimulation(output: string): string[] {
  return [...output.matchAll(/^Inst (\S+) \((\S+) /gm)].map(([, name, version]) => `${name}=${version}`);
}

/** Makes the empty machine's files in `state`. */
export async function makeEmptyMachine(state: string): Promise<void> {
  await mkdir(join(state, 'archives', 'partial'), { recursive: true });
  await writeFile(join(state, 'status'), '');
}

/** All that apt would install with `names` on an empty machine, with what the package index says of each. */
export async function resolveClosure(state: string, names: readonly string[]): Promise<DebianPackage[]> {
  const simulation = await run(closureArgv(state, names), { action: 'resolve the Debian packages' });
  const wanted = parseSimulation(simulation.stdout);
  const shown = await run(
    ['apt-cache', ...emptyMachineOptions(state), 'show', '--no-all-versions', ...wanted],
    { action: 'read the package index' },
  );
  return parsePackages(shown.stdout);
}

/** Reads the stanzas of a package index. */
export function parsePackages(text: string): DebianPackage[] {
  return text
    .split(/\n\n+/)
    .filter((stanza) => stanza.trim() !== '')
    .map(parsePackage);
}

function parsePackage(stanza: string): DebianPackage {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'mi').exec(stanza)?.[1]?.trim() ?? '';
  const list = (name: string) =>
    parseRelations(new RegExp(`^${name}: (.*(?:\\n[ \\t].*)*)`, 'mi').exec(stanza)?.[1] ?? '');
  return {
    name: field('Package'),
    version: field('Version'),
    architecture: field('Architecture'),
    summary: field('Description(?:-en)?') || field('Package'),
    sha256: field('SHA256'),
    size: Number(field('Size')),
    depends: [...list('Pre-Depends'), ...list('Depends')],
    provides: list('Provides').flat(),
  };
}

export interface PruneTables {
  /** Whether `pkg` gives up its dependency on `name`. */
  readonly dropped: (pkg: string, name: string) => boolean;
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/**
 * The Requires of a package inside `packages`: its own dependencies without the dropped ones, and the extra
 * ones.
 */
export function requirementsOf(
  pkg: DebianPackage,
  offered: (name: string) => boolean,
  tables: PruneTables,
): Relation[] {
  const own = chooseRelations(pkg.depends, (name) => offered(name) && !tables.dropped(pkg.name, name));
  const extra = (tables.extra[pkg.name] ?? []).map((name) => ({ name }));
  return [...own, ...extra];
}

/**
 * Tells for a set of packages who offers a name: the package of that name first, then those that provide it.
 */
export function offersOf(packages: readonly DebianPackage[]): Map<string, DebianPackage> {
  const offers = new Map<string, DebianPackage>();
  for (const pkg of packages) offers.set(pkg.name, pkg);
  for (const pkg of packages) {
    for (const { name } of pkg.provides) if (!offers.has(name)) offers.set(name, pkg);
  }
  return offers;
}

/**
 * Keeps of a closure what `roots` still need when the dropped dependencies are gone, in the closure's order.
 */
export function pruneClosure(
  closure: readonly DebianPackage[],
  roots: readonly string[],
  tables: PruneTables,
): DebianPackage[] {
  const offers = offersOf(closure);
  const kept = new Set<DebianPackage>();
  const visit = (name: string): void => {
    const pkg = offers.get(name);
    if (pkg === undefined) throw new Error(`${name} is not among the resolved packages`);
    if (kept.has(pkg)) return;
    kept.add(pkg);
    for (const relation of requirementsOf(pkg, (other) => offers.has(other), tables)) visit(relation.name);
  };
  for (const root of roots) visit(root);
  return closure.filter((pkg) => kept.has(pkg));
}
