import type { BootedNode } from '../../plan/booted-node.ts';
import { initrdName } from '../../plan/generation.ts';
import type { PackedContent } from '../../plan/packed-content.ts';
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
  runsPack,
} from './published-image.ts';

/** What a reboot would do to a node. */
export interface Verdict {
  /** `unknown`: it may run the same, or not. */
  readonly state: 'same' | 'stale' | 'unknown';
  /** What it runs, where that is kept and not the same, and what it would run. */
  readonly from?: string;
  readonly to?: string;
  /** What would change, or why it is not known: a few words each, as `rootimg diff` says them. */
  readonly changes: readonly string[];
}

/** So many folders and files are named; a package that is another one changes no more. */
const mostPaths = 12;

/** Finds out what a pack holds, or says why that cannot be found out. */
export type ContentOf = (pack: KnownPack) => Promise<PackedContent | string>;

type RootVerdict = Pick<Verdict, 'state' | 'changes'>;

/**
 * Gives what compares a node with what this image gives to it at the next boot, by content: `contentOf` is
 * asked where uuid and digest are others. What it finds of two packs is kept for all nodes.
 */
export function nodeJudge(
  image: PublishedImage,
  contentOf: ContentOf,
): (node: BootedNode) => Promise<Verdict> {
  const known = new Map<string, Promise<RootVerdict>>();
  const compared = (runs: KnownPack, next: KnownPack): Promise<RootVerdict> => {
    const key = `${runs.label} ${next.label}`;
    const found = known.get(key) ?? compareRoots(runs, next, contentOf);
    known.set(key, found);
    return found;
  };
  return async (node) => {
    const pinned = pinnedGeneration(node.line ?? '', image.rootimgdir);
    const next = nextBootOf(image, pinned);
    const to = next.label;
    const { pack } = next.manifest;
    if (pack === undefined) return { state: 'unknown', to, changes: ['nothing of it is packed'] };
    const runs = findPack(image, node);
    const root = runsPack(node, pack)
      ? sameRoot
      : runs === undefined
        ? unknownRoot(node)
        : await compared(runs, next);
    const others = [
      ...kernelChange(node, next),
      ...initrdChange(node, runs, next),
      ...lineWords(node, image, pinned !== undefined),
    ];
    const state = others.length > 0 ? 'stale' : root.state;
    return {
      state,
      ...(runs && state !== 'same' && { from: runs.label }),
      to,
      changes: [...root.changes, ...others],
    };
  };
}

const sameRoot: RootVerdict = { state: 'same', changes: [] };

function unknownRoot({ uuid }: BootedNode): RootVerdict {
  const what = uuid === undefined ? 'a root without IMAGEUUID' : `IMAGEUUID ${uuid}`;
  return { state: 'unknown', changes: [`${what} is of no pack that is kept`] };
}

async function compareRoots(from: KnownPack, to: KnownPack, contentOf: ContentOf): Promise<RootVerdict> {
  const contents = await bothContents(from, to, contentOf);
  const isCompared = typeof contents !== 'string';
  if (isCompared && contents[0].sha256 === contents[1].sha256) return sameRoot;
  const { packages, packed } = compareManifests(from.manifest, to.manifest);
  const files = isCompared ? pathWords(...contents) : `files: not compared (${contents})`;
  return {
    state: isCompared || packages.length > 0 ? 'stale' : 'unknown',
    changes: [...shortDiffParts({ packages, ...(packed && { packed }) }), files],
  };
}

/** One after the other: both unpacked at once would need the space of both. */
async function bothContents(
  from: KnownPack,
  to: KnownPack,
  contentOf: ContentOf,
): Promise<[PackedContent, PackedContent] | string> {
  const before = await contentOf(from);
  if (typeof before === 'string') return before;
  const after = await contentOf(to);
  return typeof after === 'string' ? after : [before, after];
}

/** Where two roots differ, by the first two names of the paths. */
function pathWords(from: PackedContent, to: PackedContent): string {
  const [before, after] = [new Map(Object.entries(from.parts)), new Map(Object.entries(to.parts))];
  const paths = [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort();
  if (paths.length === 0) return 'files: too many places to tell them apart';
  const rest = paths.length > mostPaths ? ` and ${paths.length - mostPaths} more` : '';
  const named = paths.slice(0, mostPaths).map((path) => (path === '.' ? '/' : `/${path}`));
  return `files: ${named.join(', ')}${rest}`;
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
