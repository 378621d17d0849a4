import { expect, test } from 'vitest';
import type { ImageFacts } from '../../../../src/inspect/page/image-facts.ts';
import { imagePage, type PageInput } from '../../../../src/inspect/page/page.ts';
import { builtRecord } from '../../../lib/built-record.ts';

const hostile = '</style><script>alert(1)</script>\u202e"\'&';

const facts: ImageFacts = {
  total: 1000,
  unowned: 10,
  packages: [
    {
      ...{ name: 'bash', version: '5-1', arch: 'x86_64', bytes: 900, reason: 'needed' },
      way: ['a.pkglist:3: app', 'bash'],
    },
    { ...{ name: hostile, version: hostile, arch: '', bytes: 90, reason: 'none' }, way: [] },
  ],
  entries: [{ entry: 'a.pkglist:3: app', package: 'app', onlyItNeeds: ['bash'], bytes: 901 }],
  folders: [{ path: `/usr/${hostile}`, bytes: 1000 }],
};

const input: PageInput = {
  name: 'compute',
  manifest: {
    schema: 1,
    image: { name: 'compute', osvers: 'rocky9.4', arch: 'x86_64', profile: hostile },
    build: { ...builtRecord('x'), warnings: [hostile] },
  },
  facts,
  before: { label: 'compute@3', lines: [hostile] },
  boot: {
    ...{ ok: false, problems: [hostile], machine: hostile, ofThisPack: false },
    steps: [
      ['kernel', 1],
      [hostile, 4],
    ],
  },
  bill: '{"x":"</script>"}',
};

test('nothing of an image is markup, wherever it stands on the page', () => {
  const page = imagePage(input);
  expect(page).not.toMatch(/<script/);
  expect(page.match(/<\/style>/g)).toHaveLength(1);
  expect(page).toContain('\\u{202e}&quot;&#39;&amp;');
});

test('it asks for nothing: no address but places of its own and the bill in it', () => {
  const addresses = [...imagePage(input).matchAll(/(?:href|src)="([^"]*)"/g)].map(([, address]) => address);
  expect(addresses.length).toBeGreaterThan(5);
  for (const address of addresses) expect(address).toMatch(/^(?:#|data:application\/vnd\.cyclonedx\+json)/);
});

test('every place that a link leads to is there', () => {
  const page = imagePage(input);
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(id);
});

test('a way from the list to the package, and what is only there for an entry', () => {
  const page = imagePage(input);
  expect(page).toContain('a.pkglist:3: app → bash');
  expect(page).toContain('901 bytes');
});

test('what is not known is said', () => {
  const page = imagePage({
    ...input,
    facts: { ...facts, packages: undefined, entries: [] },
    before: undefined,
    boot: undefined,
  });
  expect(page).toContain('cannot be read');
  expect(page).toContain('No earlier generation is kept');
  expect(page).toContain('rootimg boot');
});
