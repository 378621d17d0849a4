import { withoutEndSlashes } from '../base/slashes.ts';
import { openTree, type Tree } from '../system/tree/open-tree.ts';
import type { PackPlan } from '../plan/pack-plan.ts';
import { formatOrigin, RootimgError } from '../base/errors.ts';
import { findTreePlace } from '../system/tree/tree-place.ts';
import { toBinary, toText } from '../base/bytes.ts';
import { patternTest } from './select/fnmatch.ts';
import { packageOf } from '../packages/database.ts';
import { placeInTree } from '../system/tree/place-in-tree.ts';
import { type PublishedIn, publishedIn } from './published-in.ts';
import { selectedNow } from './selected-now.ts';
import { alwaysLeftOut } from './select/selection-rules.ts';
import { lookAt } from './members/tree-entry.ts';

/** Why a path is in the image or not. */
export interface Reasons {
  /** Relative to the image's root, without `./`. */
  readonly path: string;
  readonly packed: boolean;
  /** What decided, one sentence each, the last one wins. */
  readonly reasons: readonly string[];
  /** The package that brought it, where one is known. */
  readonly package: string | undefined;
  /** Of an image in layers: where what is published has it. */
  readonly published?: PublishedIn;
}

/**
 * Tells which rules concern a path (as people write it: `/etc/x`, `./etc/x`, `etc/x`) and which package
 * brought it. Only reads.
 */
export async function why(plan: PackPlan, asked: string): Promise<Reasons> {
  const tree = (await findTreePlace(plan.image.rootimgdir)).root;
  const root = openTree(toBinary(tree));
  try {
    return await whyIn(root, tree, plan, asked);
  } finally {
    root.close();
  }
}

async function whyIn(root: Tree, tree: string, plan: PackPlan, asked: string): Promise<Reasons> {
  const named = withoutEndSlashes(toBinary(asked).replace(/^(\.?\/)+/, '')) || '.';
  // What is called by way of a link (/bin/sh) is packed by its own name.
  const path = findFolderPlace(root, named);
  const { members, overrides, kept, identity } = await selectedNow(plan, root);
  let packed = false;
  for (let index = 0; index < members.length && !packed; index++) packed = members.pathAt(index) === path;
  const dotted = path === '.' ? '.' : `./${path}`;
  const matches = (pattern: string) => patternTest(pattern)(dotted);
  const matching = plan.rules.filter((rule) => matches(toBinary(rule.pattern)));
  const exists = lookAt(root, path) !== undefined;
  const ours = overrides.has(path);
  const reasons = [
    ...(exists || ours ? [] : ['The tree does not have it.']),
    ...(ours
      ? ['packimage itself puts it there: postscripts, synclists, xcatinfo, the root password and the like.']
      : []),
    ...(alwaysLeftOut.some(matches) ? ['Left out of every image (statelite).'] : []),
    ...matching
      .filter(({ kind }) => kind === 'exclude')
      .map((rule) => `${formatOrigin(rule.origin)}: '${rule.pattern}' leaves it out.`),
    ...matching
      .filter(({ kind }) => kind === 'include')
      .map((rule) => `${formatOrigin(rule.origin)}: '+${rule.pattern}' takes it back in.`),
  ];
  const taken = matching.some(({ kind }) => kind === 'include');
  if (!taken && !ours && identity.some(matches)) reasons.push('Left out because it belongs to one machine.');
  if (kept.has(path)) reasons.push('Kept whatever the exlists say: the timezone needs it.');
  if (packed && reasons.some((reason) => reason.endsWith('leaves it out.')) && !taken && !kept.has(path)) {
    reasons.push('Packed all the same: a folder of something that is packed.');
  }
  if (reasons.length === 0) reasons.push('No rule concerns it.');
  const owner = exists ? await packageOf(tree, spellings(root, path)) : undefined;
  const linked = path === named ? [] : [`It is /${toText(path)}: a link leads there.`];
  const published = await publishedIn(plan.image.rootimgdir, path);
  const found = { path: asked, packed, reasons: [...linked, ...reasons], package: owner };
  return published === undefined ? found : { ...found, published };
}

/** The path with its folders as they really lie; as it is where something on the way is none. */
function findFolderPlace(root: Tree, path: string): string {
  try {
    return placeInTree(root, path);
  } catch (error) {
    if (error instanceof RootimgError) return path;
    throw error;
  }
}

/** As it was asked for, where it really lies, and as it is called below links such as `/bin`. */
function spellings(root: Tree, path: string): ReadonlySet<string> {
  const real = placeInTree(root, path);
  const text = (binary: string) => `/${Buffer.from(binary, 'latin1').toString('utf8')}`;
  return new Set([text(path), text(real), text(real.replace(/^usr\//, ''))]);
}
