import type { BootedNode } from '../../plan/booted-node.ts';
import { initrdName } from '../../plan/generation.ts';
import type { Manifest, PackedRecord } from '../../plan/manifest.ts';
import { compareManifests } from '../diff/compare-manifests.ts';
import { shortDiffParts } from '../diff/diff-text.ts';
import { lineChange, pinnedGeneration } from './kernel-words.ts';
import {
  findPack,
  initrdIdOf,
  type KnownPack,
  type NextBoot,
  nextBootOf,
  type PublishedImage,
} from './published-image.ts';

/** What a reboot would do to a node. */
export interface Verdict {
  /** `unknown`: it may run the same, or not. */
  readonly state: 'same' | 'stale' | 'unknown';
  /** What it runs, where that is kept, and what it would run. */
  readonly from?: string;
  readonly to?: string;
  /** What would change, or why it is not known: a few words each, as `rootimg diff` says them. */
  readonly changes: readonly string[];
}

/** So many folders and files are named; a package that is another one changes no more. */
const mostPaths = 12;

/**
 * Gives what compares a node with what this image gives to it at the next boot, by content. What it finds of
 * two packs is kept for all nodes.
 */
export function nodeJudge(image: PublishedImage): (node: BootedNode) => Verdict {
  const known = new Map<string, string[]>();
  const rootChanges = (runs: KnownPack, next: KnownPack): string[] => {
    const key = `${runs.label} ${next.label}`;
    const changes = known.get(key) ?? compareRoots(runs.manifest, next.manifest);
    known.set(key, changes);
    return changes;
  };
  return (node) => {
    const pinned = pinnedGeneration(node.line ?? '', image.rootimgdir);
    const next = nextBootOf(image, pinned);
    const to = next.label;
    const { pack } = next.manifest;
    if (pack === undefined) return { state: 'unknown', to, changes: ['nothing of it is packed'] };
    const runs = findPack(image, node);
    const isSame = hasSameRoot(node, runs, pack);
    const others = [
      ...kernelChange(node, next),
      ...initrdChange(node, runs, next),
      ...lineWords(node, image, pinned !== undefined),
    ];
    const root = isSame ? [] : runs === undefined ? [unknownRoot(node)] : rootChanges(runs, next);
    const state = isSame ? 'same' : runs === undefined ? 'unknown' : 'stale';
    return {
      state: others.length > 0 ? 'stale' : state,
      ...(runs && { from: runs.label }),
      to,
      changes: [...root, ...others],
    };
  };
}

function hasSameRoot({ uuid, root }: BootedNode, runs: KnownPack | undefined, pack: PackedRecord): boolean {
  const content = runs?.manifest.pack?.content?.sha256;
  return (
    root === pack.sha256 ||
    (uuid !== undefined && (uuid === pack.uuid || pack.sameAs?.includes(uuid) === true)) ||
    (content !== undefined && content === pack.content?.sha256)
  );
}

function unknownRoot({ uuid }: BootedNode): string {
  return `${uuid === undefined ? 'a root without IMAGEUUID' : `IMAGEUUID ${uuid}`} is of no pack that is kept`;
}

function compareRoots(from: Manifest, to: Manifest): string[] {
  const { packages, packed } = compareManifests(from, to);
  const changes = [
    ...shortDiffParts({ packages, ...(packed && { packed }) }),
    ...pathWords(from.pack?.content?.parts, to.pack?.content?.parts),
  ];
  return changes.length > 0 ? changes : ['root: another pack'];
}

/** Where two roots differ, by the first two names of the paths. */
function pathWords(
  from: Readonly<Record<string, string>> | undefined,
  to: Readonly<Record<string, string>> | undefined,
): string[] {
  if (from === undefined || to === undefined) return [];
  const [before, after] = [new Map(Object.entries(from)), new Map(Object.entries(to))];
  const paths = [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort();
  if (paths.length === 0) return [];
  const rest = paths.length > mostPaths ? ` and ${paths.length - mostPaths} more` : '';
  const named = paths.slice(0, mostPaths).map((path) => (path === '.' ? '/' : `/${path}`));
  return [`files: ${named.join(', ')}${rest}`];
}

function kernelChange({ kernel, release }: BootedNode, next: NextBoot): string[] {
  const version = next.manifest.build?.kernelVersion;
  if (release !== undefined && version !== undefined && release !== version) {
    return [`kernel: ${release} → ${version}`];
  }
  const isOther = kernel !== undefined && next.kernel !== undefined && kernel !== next.kernel;
  return isOther ? [`kernel: another build of ${version ?? 'it'}`] : [];
}

/** Older initrds do not tell which one they are: the one that is kept with the root is then taken for it. */
function initrdChange({ initrd }: BootedNode, runs: KnownPack | undefined, next: NextBoot): string[] {
  const file = runs?.manifest.pack?.bootFiles?.[initrdName];
  const now = initrd ?? (runs && initrdIdOf(runs.manifest, file));
  const then = initrdIdOf(next.manifest, next.initrd);
  const isOther =
    now !== undefined && then !== undefined
      ? now !== then
      : file !== undefined && next.initrd !== undefined && file !== next.initrd;
  return isOther ? ['initrd: another one'] : [];
}

function lineWords({ line }: BootedNode, { words }: PublishedImage, ours: boolean): string[] {
  if (line === undefined) return [];
  const { added, removed } = lineChange(line, words, ours);
  const shown = [...added.map((word) => `+ ${word}`), ...removed.map((word) => `- ${word}`)];
  return shown.length === 0 ? [] : [`kernel line: ${shown.join(' ')}`];
}
