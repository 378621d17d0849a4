import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { RootimgError } from '../../src/base/errors.ts';

/** Folder of the checkout with a file for each change that is not released yet. */
export const changesetFolder = '.changeset';

const levels = ['patch', 'minor', 'major'] as const;
type Level = (typeof levels)[number];

/** A change that somebody sees, as its file says it. */
export interface Changeset {
  /** From the checkout. */
  readonly path: string;
  readonly level: Level;
  /** Markdown: a sentence, or a list of them. */
  readonly text: string;
}

/** What is wrong with the head of a changeset, or its level. */
function levelOf(head: string): Level | undefined {
  let read: unknown;
  try {
    read = parse(head);
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null || Object.keys(read).join() !== 'rootimg') return undefined;
  return levels.find((level) => 'rootimg' in read && read.rootimg === level);
}

/** Reads one file of the form that changesets have: YAML between two lines `---`, then Markdown. */
export function parseChangeset(path: string, content: string): Changeset {
  const [, head = '', text = ''] = /^---\n([^]*?)\n---\n([^]*)$/.exec(content) ?? [];
  const level = levelOf(head);
  if (level !== undefined && text.trim() !== '') return { path, level, text: text.trim() };
  throw new RootimgError('changeset-form', `${path} is no changeset.`, {
    hint: 'Three lines "---", "rootimg: patch" (or minor, major), "---", and then what the user sees.',
  });
}

/** All changesets of a checkout, by name. Throws `changeset-form`. */
export async function readChangesets(checkout: string): Promise<Changeset[]> {
  const names = await readdir(join(checkout, changesetFolder));
  const paths = names.filter((name) => name.endsWith('.md') && name !== 'README.md').sort();
  return Promise.all(
    paths.map(async (name) => {
      const path = join(changesetFolder, name);
      return parseChangeset(path, await readFile(join(checkout, path), 'utf8'));
    }),
  );
}

/**
 * The release after `version` that these changes make; without any, the next patch. Semantic versioning, 4:
 * below 1.0.0 anything may change, so a major change raises the second number there, as a minor one does.
 */
export function nextVersion(version: string, changes: readonly Pick<Changeset, 'level'>[]): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const highest = Math.max(0, ...changes.map(({ level }) => levels.indexOf(level)));
  if (highest === 0) return `${major}.${minor}.${patch + 1}`;
  return highest === 2 && major > 0 ? `${major + 1}.0.0` : `${major}.${minor + 1}.0`;
}

/** The version that package.json names: that of the last release. */
export async function lastRelease(checkout: string): Promise<string> {
  const text = await readFile(join(checkout, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
