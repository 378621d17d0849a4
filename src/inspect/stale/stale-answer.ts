import { visibleText } from '../../base/visible-text.ts';
import type { Verdict } from './judge-node.ts';

/** Nodes of one image of which the same is said. */
export interface StaleGroup extends Verdict {
  /** Absent where a node does not say. */
  readonly image?: string;
  /** In the order of their names, numbers by their value. */
  readonly nodes: readonly string[];
}

/** What `rootimg stale --json` prints. */
export interface StaleAnswer {
  readonly schema: 1;
  readonly groups: readonly StaleGroup[];
}

const states: readonly Verdict['state'][] = ['stale', 'unknown', 'same'];

/** Puts nodes together of which the same is said: stale ones first, the larger group before the smaller. */
export function groupNodes(
  judged: Iterable<readonly [node: string, image: string | undefined, verdict: Verdict]>,
): StaleAnswer {
  const groups = new Map<string, { image: string | undefined; verdict: Verdict; nodes: string[] }>();
  for (const [node, image, verdict] of judged) {
    const key = JSON.stringify([image, verdict]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { image, verdict, nodes: [node] });
    else group.nodes.push(node);
  }
  const { compare } = new Intl.Collator('en', { numeric: true });
  const sorted = [...groups.values()].sort(
    (a, b) =>
      states.indexOf(a.verdict.state) - states.indexOf(b.verdict.state) || b.nodes.length - a.nodes.length,
  );
  return {
    schema: 1,
    groups: sorted.map(({ image, verdict, nodes }) => ({
      ...(image !== undefined && { image }),
      ...verdict,
      nodes: nodes.sort(compare),
    })),
  };
}

/** The answer for people; the names of nodes stand alone on their line, as noderanges are written. */
export function staleLines({ groups }: StaleAnswer): string[] {
  return groups.flatMap((group) =>
    [title(group), ...group.changes.map((change) => `  ${change}`), `  ${group.nodes.join(',')}`].map(
      visibleText,
    ),
  );
}

function title({ state, image, from, to, nodes }: StaleGroup): string {
  const count = nodes.length === 1 ? '1 node' : `${nodes.length} nodes`;
  if (state === 'same') return `same: ${count} of ${image ?? 'no image'}`;
  const way = [from, to].filter((one) => one !== undefined).join(' → ');
  return `${state}: ${count}${way === '' ? (image === undefined ? '' : ` of ${image}`) : ` of ${way}`}`;
}
