import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import Eleventy, { type Configuration, type Written } from '@11ty/eleventy';
import { build } from 'esbuild';
import { RootimgError } from '../../src/base/errors.ts';
import { amendMarkdown, relativeTo } from './markdown.ts';
import { type DocPage, readPages } from './pages.ts';
import { searchIndex, sectionsOf } from './search-index.ts';

/** Every site has it: by it a folder is known that may be replaced. */
const indexFile = 'search-index.js';

/** Layout and style. */
const siteFolder = 'tools/docs/site';

/**
 * Makes the site of the checkout that the working folder is, whole or not at all, and gives the number of its
 * pages. Throws `not-empty` where `out` holds anything but an earlier site.
 */
export async function makeSite(out: string): Promise<number> {
  await requireReplaceable(out);
  const fresh = `${out}.new-${process.pid}`;
  try {
    await mkdir(fresh, { recursive: true });
    const pages = await readPages();
    await writePages(fresh, pages);
    await rm(out, { recursive: true, force: true });
    await rename(fresh, out);
    return pages.length;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function requireReplaceable(out: string): Promise<void> {
  const there = existsSync(out) ? await readdir(out) : [];
  if (there.length === 0 || there.includes(indexFile)) return;
  throw new RootimgError('not-empty', `${out} is not empty, and no site of these documents.`, {
    hint: 'Give a new folder: npm run docs -- --out DIR',
  });
}

async function writePages(out: string, pages: readonly DocPage[]): Promise<void> {
  const written: Written[] = [];
  const config = (site: Configuration) => {
    site.setTemplateFormats(['md']);
    site.amendLibrary('md', amendMarkdown);
    site.addPassthroughCopy({ 'docs/pictures': 'docs/pictures', [`${siteFolder}/style.css`]: 'style.css' });
    for (const page of pages) {
      site.addTemplate(`${siteFolder}/${page.source}`, page.text, templateData(page, pages));
    }
    site.on('eleventy.after', async ({ results }) => {
      written.push(...results);
    });
    // Braces in the documents are what they show.
    return { markdownTemplateEngine: false };
  };
  const site = new Eleventy(siteFolder, out, { configPath: false, quietMode: true, config });
  site.disableLogger();
  await site.write();
  const sections = written.flatMap(({ url, content }) => sectionsOf(url.replace(/^\//, ''), content));
  await writeFile(join(out, indexFile), searchIndex(sections));
  await build({
    entryPoints: ['tools/docs/search.js'],
    outfile: join(out, 'search.js'),
    bundle: true,
    minify: true,
    target: 'es2020',
    logLevel: 'warning',
  });
}

/** What the layout is told of a page: the way to the root, and the list of all pages as seen from there. */
function templateData(page: DocPage, pages: readonly DocPage[]): Record<string, unknown> {
  const groups = [...new Set(pages.map(({ group }) => group))].map((name) => ({
    name,
    pages: pages
      .filter(({ group }) => group === name)
      .map((one) => ({ title: one.title, href: relativeTo(page.url, one.url), here: one.url === page.url })),
  }));
  return {
    layout: 'page.njk',
    permalink: page.url,
    title: page.title,
    toRoot: posix.dirname(page.url) === '.' ? '' : '../',
    groups,
  };
}
