import { osarchOf } from '../base/architecture.ts';
import type { MediumFacts, Recognised } from './medium.ts';
import { readTreeinfo, type Treeinfo } from './treeinfo.ts';

/** A distribution of the EL kind: how media name it, how osvers does, and the package that carries its release. */
interface Distribution {
  readonly pattern: RegExp;
  readonly osvers: string;
  /** Only the first number of the release belongs to osvers. */
  readonly majorOnly?: true;
  readonly releasePackage?: RegExp;
}

/** More particular names first. */
const distributions: readonly Distribution[] = [
  { pattern: /\bcentos[ -]stream\b/i, osvers: 'centos-stream', majorOnly: true },
  { pattern: /\bcentos\b/i, osvers: 'centos', majorOnly: true },
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

/** Editions of RHEL, by the variant in .treeinfo or the folder that only this edition has. xCAT: rhels, rhelc, rhelw, rhelhpc. */
const editions: readonly [string, string][] = [
  ['Client', 'c'],
  ['Workstation', 'w'],
  ['ComputeNode', 'hpc'],
];

/**
 * EL and Fedora: `.treeinfo` (productmd) names family, version and architecture; `.discinfo` (timestamp, description, architecture, disc
 * numbers, a line each) may have a finer release. What both leave out stands in the name of the release package.
 */
export function recogniseEl({ names, texts }: MediumFacts): Recognised | undefined {
  const text = texts.get('.treeinfo') ?? texts.get('treeinfo');
  const tree = text === undefined ? undefined : readTreeinfo(text);
  const [, description = '', discArch = '', discs = ''] = lines(texts.get('.discinfo'));
  const said = [tree?.release, tree?.family, tree?.name, description].filter((word) => word !== undefined);
  const distribution = distributions.find(({ pattern }) => said.some((word) => pattern.test(word)));
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

function releaseOf(
  { majorOnly, releasePackage }: Distribution,
  tree: Treeinfo | undefined,
  description: string,
  names: ReadonlySet<string>,
): string | undefined {
  const described = /(?<![\d.])\d{1,3}(?:\.\d+)*(?![\d.])/.exec(description)?.[0];
  const declared = /^\d+(?:\.\d+)*/.exec(tree?.version ?? '')?.[0];
  const finer = declared !== undefined && described?.startsWith(`${declared}.`);
  const release = finer ? described : (declared ?? described);
  if (release === undefined) return undefined;
  const major = release.split('.')[0] ?? release;
  if (majorOnly) return major;
  if (release !== major || releasePackage === undefined) return release;
  return releaseOfPackage(releasePackage, names, major) ?? release;
}

/** `9.4` from rocky-release-9.4-1.7.el9.noarch.rpm. */
function releaseOfPackage(pattern: RegExp, names: ReadonlySet<string>, wanted: string): string | undefined {
  for (const name of names) {
    const found = pattern.exec(name.slice(name.lastIndexOf('/') + 1));
    if (found?.[1] === wanted) return `${found[1]}.${found[2]}`;
  }
  return undefined;
}

function editionOf(tree: Treeinfo | undefined, names: ReadonlySet<string>): string {
  const own = editions.find(([name]) =>
    tree?.variant === undefined ? names.has(name) && !names.has('Server') : tree.variant === name,
  );
  return own?.[1] ?? 's';
}
