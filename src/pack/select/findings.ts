import { formatOrigin } from '../../base/errors.ts';
import type { ExcludeRule } from '../../plan/pack-plan.ts';
import { toShown } from '../../base/bytes.ts';
import type { Selection } from './select.ts';

const shownNames = 5;

/** Up to five names, and how many more there are. */
export function listed(paths: readonly string[]): string {
  const names = paths.slice(0, shownNames).map(toShown).join(', ');
  return paths.length > shownNames ? `${names} and ${paths.length - shownNames} more` : names;
}

/** Rules that had nothing to do, each with its place. */
export function unmatchedWarnings(rules: readonly ExcludeRule[]): string[] {
  return rules.map((rule) => `${formatOrigin(rule.origin)}: the pattern '${rule.pattern}' matched nothing.`);
}

/** The lists that come with an installation: not every image has all that they leave out. */
const shippedLists = /\/share\/xcat\/netboot\//;

/** What is to be said of the rules of the lists that come with us that had nothing to do: one line, and each. */
export function unmatchedShipped({ unmatched }: Pick<Selection, 'unmatched'>): {
  readonly line?: string;
  readonly details: readonly string[];
} {
  const shipped = unmatched.filter(isShipped);
  if (shipped.length === 0) return { details: [] };
  const files = [...new Set(shipped.map(({ origin }) => origin.file))];
  const count = shipped.length === 1 ? '1 pattern' : `${shipped.length} patterns`;
  return {
    line: `${count} of ${files.join(', ')} matched nothing (--verbose names them).`,
    details: unmatchedWarnings(shipped),
  };
}

function isShipped({ origin }: ExcludeRule): boolean {
  return shippedLists.test(origin.file);
}

/** What the administrator should know of a selection. */
export function selectionWarnings(selection: Pick<Selection, 'unmatched' | 'sockets' | 'foreign'>): string[] {
  const { unmatched, sockets, foreign } = selection;
  const warnings = unmatchedWarnings(unmatched.filter((rule) => !isShipped(rule)));
  if (sockets.length > 0) warnings.push(`Sockets are not packed: ${listed(sockets)}.`);
  if (foreign.length > 0) {
    warnings.push(
      `Another file system is mounted in the tree; what is on it is not packed: ${listed(foreign)}.`,
    );
  }
  return warnings;
}

/** What is left out because it belongs to one machine, for the report; undefined when there was nothing. */
export function identityNotice(selection: Selection): string | undefined {
  if (selection.identity.length === 0) return undefined;
  const [first = ''] = selection.identity;
  const pattern = first.startsWith('etc/ssh/') ? 'etc/ssh/ssh_host_*' : toShown(first);
  const left = `Left out, because it belongs to one machine: ${listed(selection.identity)}.`;
  return `${left} The line +./${pattern} in the exlist keeps it.`;
}
