import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findTool } from '../../src/system/exec.ts';
import { sampleImage, type SampleImage } from '../e2e/lib/sample-image.ts';

const name = 'compute';
/** Pictures for docs/pictures are written there on demand: ROOTIMG_PICTURES=docs/pictures. */
const pictures = process.env['ROOTIMG_PICTURES'];

let image: SampleImage;
let browser: Browser;
let file: string;

async function typed(command: string, ...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await image.type(command, ...words);
  expect(stderr, stderr).not.toContain('Error:');
  expect(status).toBe(0);
  return stdout;
}

beforeAll(async () => {
  image = await sampleImage(name);
  await typed('genimage', name);
  await typed('packimage', '-m', 'squashfs', name);
  writeFileSync(join(image.rootimgdir, 'rootimg/opt/site-data'), Buffer.alloc(4e6, 'some words of the site'));
  await typed('packimage', '-m', 'cpio', '-c', 'zstd', name);
  await typed('rootimg', 'boot', name);
  file = join(image.base, 'image.html');
  writeFileSync(file, await typed('rootimg', 'report', name));
  const executablePath = await findTool('chromium');
  if (executablePath === undefined) throw new Error('there is no chromium: apt-get install chromium');
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await image?.leave();
});

/** Opens the page as it is, and tells what it asked for, wrote to the console, or failed at. */
async function open(width: number, colorScheme: 'light' | 'dark'): Promise<{ page: Page; said: string[] }> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(`file://${file}`)) said.push(request.url());
  });
  await page.goto(`file://${file}`);
  return { page, said };
}

const looks = [360, 768, 1600].flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => [width, scheme] as const),
);

test.each(looks)('%i pixels, %s: fits, asks for nothing, and axe finds nothing', async (width, scheme) => {
  const { page, said } = await open(width, scheme);
  expect(said).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  expect(await page.locator('svg.map:visible').count()).toBe(2);
  if (pictures !== undefined) {
    mkdirSync(pictures, { recursive: true });
    const clip = { x: 0, y: 0, width, height: width < 500 ? 1500 : 1250 };
    await page.screenshot({ path: join(pictures, `report-${width}-${scheme}.png`), clip, fullPage: true });
  }
  // Its policy lets no script run, axe neither: by way of the debugger it may.
  const client = await page.context().newCDPSession(page);
  await client.send('Runtime.evaluate', { expression: axe.source });
  const { result } = await client.send('Runtime.evaluate', {
    awaitPromise: true,
    expression:
      'axe.run().then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => [id, nodes[0].html])))',
  });
  expect(JSON.parse(result.value)).toEqual([]);
  await page.context().close();
});

test('with the keyboard: the first tile is reached, and Enter leads to its row', async () => {
  const { page } = await open(1200, 'light');
  const focused = () => page.evaluate<string>("document.activeElement?.getAttribute('href') ?? ''");
  for (let step = 0; step < 60 && !(await focused()).startsWith('#package-'); step++) {
    await page.keyboard.press('Tab');
  }
  const target = await focused();
  expect(target).toBe('#package-1');
  await page.keyboard.press('Enter');
  expect(await page.locator('tr:target th').isVisible()).toBe(true);
  await page.context().close();
});

test('printed: all of it, one map of each kind, no links of the page', async () => {
  const { page } = await open(800, 'light');
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('svg.map:visible').count()).toBe(2);
  expect(await page.locator('nav').isVisible()).toBe(false);
  expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(20_000);
  await page.context().close();
});

test('the bill in it is the one that rootimg sbom writes', async () => {
  const { page } = await open(800, 'light');
  const href = (await page.locator('a[download]').getAttribute('href')) ?? '';
  const bill = Buffer.from(href.slice(href.indexOf(',') + 1), 'base64').toString();
  expect(JSON.parse(bill)).toEqual(JSON.parse(await typed('rootimg', 'sbom', name)));
  await page.context().close();
});
