import { readdir, readFile } from 'node:fs/promises';
import { RootimgError } from '../../src/base/errors.ts';

/** A Markdown file of the checkout, and the page that is made of it. */
export interface DocPage {
  /** From the checkout: `docs/booting.md`. */
  readonly source: string;
  /** From the root of the site: `docs/booting.html`. */
  readonly url: string;
  readonly title: string;
  /** Heading under which README lists it. */
  readonly group: string;
  readonly text: string;
}

/** The page of the site that a Markdown file becomes. */
export function pageOf(source: string): string {
  return source === 'README.md' ? 'index.html' : source.replace(/\.md$/, '.html');
}

/** What the "Documents" of a README list, in its order: file and the heading above it. */
export function listedIn(readme: string): { source: string; group: string }[] {
  const listed: { source: string; group: string }[] = [];
  let group = '';
  for (const line of readme.slice(readme.indexOf('\n## Documents\n')).split('\n')) {
    group = /^### (.*)$/.exec(line)?.[1] ?? group;
    for (const [, source = ''] of line.matchAll(/\]\(([^)#:]+\.md)\)/g)) listed.push({ source, group });
  }
  return listed;
}

/**
 * README and all that it lists, in its order. Throws `docs-unlisted` where it and the files of docs/ differ:
 * such a page would not be found.
 */
export async function readPages(): Promise<DocPage[]> {
  const read = (source: string) => readFile(source, 'utf8');
  const listed = listedIn(await read('README.md'));
  const named = new Set(listed.map(({ source }) => source));
  const there = (await readdir('docs')).filter((name) => name.endsWith('.md'));
  const unlisted = there.map((name) => `docs/${name}`).filter((source) => !named.has(source));
  if (unlisted.length > 0) {
    throw new RootimgError('docs-unlisted', `README.md does not list ${unlisted.join(', ')}.`, {
      hint: 'Add a line for each under "Documents".',
    });
  }
  const pages = [{ source: 'README.md', group: '' }, ...listed].map(async (page) => {
    const text = await read(page.source);
    return { ...page, text, url: pageOf(page.source), title: /^# (.*)$/m.exec(text)?.[1] ?? page.source };
  });
  return Promise.all(pages);
}
