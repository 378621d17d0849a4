import { osarchOf } from '../base/architecture.ts';
import type { MediumFacts, Recognised } from './medium.ts';
import { readTreeinfo, type Treeinfo } from './treeinfo.ts';

/**
 * A distribution of the EL kind: how media name it, how osvers does, and the package that carries its
 * release.
 */
interface Distribution {
  readonly pattern: RegExp;
  readonly osvers: string;
  /** Only the first number of the release belongs to osvers. */
  readonly majorOnly?: true;
  /** Its groups are the parts of the release. */
  readonly releasePackage?: RegExp;
  /** What osvers takes of a release. */
  readonly cut?: (release: string) => string;
}

/** More particular names first. */
const distributions: readonly Distribution[] = [
  { pattern: /\bcentos[ -]stream\b/i, osvers: 'centos-stream', majorOnly: true },
  {
    pattern: /\bcentos\b/i,
    osvers: 'centos',
    // centos-release-7-9.2009.0.el7.centos, centos-release-8.1-1.1911.0.8.el8,
    // centos-linux-release-8.4-1.2105.el8
    releasePackage: /^centos(?:-linux)?-release-(\d+)(?:-(\d+)|\.(\d+)-\d+\.(\d{4}))\./,
    cut: centosRelease,
  },
  { pattern: /\brocky\b/i, osvers: 'rocky', releasePackage: /^rocky-release-(\d+)\.(\d+)-/ },
  { pattern: /\balma ?linux\b/i, osvers: 'alma', releasePackage: /^almalinux-release-(\d+)\.(\d+)-/ },
  {
    pattern: /\boracle linux\b/i,
    osvers: 'ol',
    releasePackage: /^oraclelinux-release-(?:el\d+-)?(\d+)\.(\d+)-/,
  },
  { pattern: /\bscientific linux\b/i, osvers: 'SL', releasePackage: /^sl-release-(\d+)\.(\d+)-/ },
  { pattern: /\bfedora\b/i, osvers: 'fedora', majorOnly: true },
  {
    pattern: /\bred hat enterprise linux\b|\bRHEL\b/i,
    osvers: 'rhel',
    releasePackage: /^redhat-release-(?:\w+-)?(\d+)\.(\d+)[-.]/,
  },
];

/**
 * Editions of RHEL, by the variant in .treeinfo or the folder that only this edition has. xCAT: rhels, rhelc,
 * rhelw, rhelhpc.
 */
const editions: readonly [string, string][] = [
  ['Client', 'c'],
  ['Workstation', 'w'],
  ['ComputeNode', 'hpc'],
];

/**
 * EL and Fedora: `.treeinfo` (productmd) names family, version and architecture; `.discinfo` (timestamp,
 * description, architecture, disc numbers, a line each) may have a finer release, as may the name of the
 * release package. The finest counts: two point releases never share a folder.
 */
export function recogniseEl({ names, texts }: MediumFacts): Recognised | undefined {
  const text = texts.get('.treeinfo') ?? texts.get('treeinfo');
  const tree = text === undefined ? undefined : readTreeinfo(text);
  const [, description = '', discArch = '', discs = ''] = lines(texts.get('.discinfo'));
  const said = [tree?.release, tree?.family, tree?.name, description].filter((word) => word !== undefined);
  const distribution =
    distributions.find(({ pattern }) => said.some((word) => pattern.test(word))) ??
    (said.every((word) => word === '') ? undefined : distributionOfPackages(names));
  if (distribution === undefined) return undefined;
  const release = releaseOf(distribution, tree, description, names);
  if (release === undefined) return undefined;
  const edition = distribution.osvers === 'rhel' ? editionOf(tree, names) : '';
  const arch = tree?.arch ?? (discArch || undefined);
  return {
    osvers: `${distribution.osvers}${edition}${release}`,
    arch: arch === undefined ? undefined : osarchOf(arch),
    disc: discs || tree?.disc,
    folder: undefined,
  };
}

function lines(text: string | undefined): string[] {
  return (text ?? '').split('\n').map((line) => line.trim());
}

/** A .discinfo may hold nothing but a release (`7.9`): the release package names the distribution. */
function distributionOfPackages(names: ReadonlySet<string>): Distribution | undefined {
  return distributions.find(
    ({ releasePackage }) =>
      releasePackage !== undefined && releasesOfPackages(releasePackage, names).length > 0,
  );
}

function releaseOf(
  { majorOnly, releasePackage, cut }: Distribution,
  tree: Treeinfo | undefined,
  description: string,
  names: ReadonlySet<string>,
): string | undefined {
  const described = /(?<![\d.])\d{1,3}(?:\.\d+)*(?![\d.])/.exec(description)?.[0];
  const declared = /^\d+(?:\.\d+)*/.exec(tree?.version ?? '')?.[0];
  const packaged = releasePackage === undefined ? [] : releasesOfPackages(releasePackage, names);
  const told = [declared, described, ...packaged].filter((release) => release !== undefined);
  const finest = told.reduce<string | undefined>(
    (found, release) => (found === undefined || release.startsWith(`${found}.`) ? release : found),
    undefined,
  );
  if (finest === undefined || majorOnly) return finest?.split('.')[0];
  return cut?.(finest) ?? finest;
}

/** `9.4` from rocky-release-9.4-1.7.el9.noarch.rpm, wherever it lies. */
function releasesOfPackages(pattern: RegExp, names: ReadonlySet<string>): string[] {
  const releases: string[] = [];
  for (const name of names) {
    const found = pattern.exec(name.slice(name.lastIndexOf('/') + 1));
    if (found !== null)
      releases.push(
        found
          .slice(1)
          .filter((part) => part !== undefined)
          .join('.'),
      );
  }
  return releases.sort();
}

/** xCAT: centos7.9 up to 7, whatever follows on the medium (7.9.2009); centos8.4.2105 for 8. */
function centosRelease(release: string): string {
  const parts = release.split('.');
  return parts.slice(0, Number(parts[0]) <= 7 ? 2 : 3).join('.');
}

function editionOf(tree: Treeinfo | undefined, names: ReadonlySet<string>): string {
  const own = editions.find(([name]) =>
    tree?.variant === undefined ? names.has(name) && !names.has('Server') : tree.variant === name,
  );
  return own?.[1] ?? 's';
}
