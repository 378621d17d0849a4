import type { Changeset } from './changesets.ts';

const sections = [
  ['major', 'Changed in what you see'],
  ['minor', 'Added'],
  ['patch', 'Mended'],
] as const;

/** A changeset's text as entries of a list: what is a list already stays one. */
function entries(text: string): string {
  if (text.startsWith('- ')) return text;
  return `- ${text.replaceAll('\n', '\n  ').replaceAll('\n  \n', '\n\n')}`;
}

/** What a release of these changes has in the list of changes, below its heading. */
export function releaseNotes(changes: readonly Changeset[]): string {
  return sections
    .map(([level, heading]) => [heading, changes.filter((change) => change.level === level)] as const)
    .filter(([, part]) => part.length > 0)
    .map(([heading, part]) => `### ${heading}\n\n${part.map(({ text }) => entries(text)).join('\n')}\n`)
    .join('\n');
}

/** CHANGELOG.md with a release before the earlier ones. */
export function withRelease(changelog: string, heading: string, notes: string): string {
  const first = changelog.search(/^## /m);
  const [above, below] =
    first < 0 ? [`${changelog}\n`, ''] : [changelog.slice(0, first), changelog.slice(first)];
  return `${above}## ${heading}\n\n${notes}${below === '' ? '' : `\n${below}`}`;
}
