import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findTool } from '../../src/system/exec.ts';
import { makeSite } from '../../tools/docs/make-site.ts';
import { readPages } from '../../tools/docs/pages.ts';
import { amount } from '../lib/amount.ts';

const pages = (await readPages()).map(({ url }) => url);
/** The first page, one with wide tables and commands, and one with pictures; in the long form all. */
const looked = amount(0, 1) === 1 ? pages : ['index.html', 'docs/packimage.html', 'docs/inspecting.html'];

let base: string;
let site: string;
let browser: Browser;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'rootimg-docs-'));
  site = join(base, 'site');
  await makeSite(site);
  const executablePath = await findTool('chromium');
  if (executablePath === undefined) throw new Error('there is no chromium: apt-get install chromium');
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  rmSync(base, { recursive: true, force: true });
});

/** Opens a page from the disk, and tells what it asked for outside of the site, or failed at. */
async function open(url: string, width: number, colorScheme: 'light' | 'dark') {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('requestfailed', (request) => said.push(request.url()));
  page.on('request', (request) => {
    const asked = request.url();
    if (!asked.startsWith(`file://${site}/`) && !asked.startsWith('data:')) said.push(asked);
  });
  await page.goto(`file://${join(site, url)}`);
  return { page, said };
}

/** Without the preloading of styles, which a page of the disk may not do. */
async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<unknown>(
    'axe.run({ preload: false }).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))',
  );
  expect(found).toEqual([]);
}

test('every link of every page leads to a file and an anchor that are there', () => {
  const htmlOf = new Map(pages.map((url) => [join(site, url), readFileSync(join(site, url), 'utf8')]));
  const idsOf = new Map(
    [...htmlOf].map(([path, html]) => [
      path,
      new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)),
    ]),
  );
  const broken: string[] = [];
  let count = 0;
  for (const [path, html] of htmlOf) {
    for (const [, link = ''] of html.matchAll(/ (?:href|src)="([^"]*)"/g)) {
      if (/^(https|data):/.test(link)) continue;
      count += 1;
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : resolve(dirname(path), file);
      const isThere = anchor === undefined ? existsSync(target) : idsOf.get(target)?.has(anchor);
      if (isThere !== true) broken.push(`${relative(site, path)}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
  expect(count).toBeGreaterThan(1000);
});

test.each(looked)('%s: fits into 360 pixels, asks for nothing else, and axe finds nothing', async (url) => {
  const narrow = await open(url, 360, 'light');
  expect(await narrow.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  await expectAccessible(narrow.page);
  await narrow.page.context().close();
  const wide = await open(url, 1400, 'dark');
  await expectAccessible(wide.page);
  expect([...narrow.said, ...wide.said]).toEqual([]);
  await wide.page.context().close();
});

test('from the disk, a message is found by its words, and Enter leads to what to do', async () => {
  const { page, said } = await open('docs/booting.html', 360, 'light');
  await page.getByRole('searchbox').fill('scriptlet-failed');
  const first = page.getByRole('list', { name: 'Found' }).getByRole('link').first();
  await first.waitFor();
  await expectAccessible(page);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  await page.keyboard.press('Enter');
  await page.waitForURL(/troubleshooting\.html#/);
  expect(await page.locator(':target').textContent()).toContain('scriptlet-failed');
  expect(said).toEqual([]);
  await page.context().close();
});

test('an earlier site is replaced, any other folder is not', async () => {
  writeFileSync(join(site, 'docs/of-an-older-version.html'), '');
  await makeSite(site);
  expect(existsSync(join(site, 'docs/of-an-older-version.html'))).toBe(false);
  writeFileSync(join(base, 'letter'), '');
  await expect(makeSite(base)).rejects.toThrow('is not empty');
});
