import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOsimage } from '../../../src/definition/osimage.ts';
import { readSite } from '../../../src/definition/site.ts';
import { openStore } from '../../../src/definition/store.ts';
import { parseBootEntries } from '../../../src/plan/boot-entries.ts';
import { parseEvent } from '../../../src/plan/event.ts';
import { parseManifest } from '../../../src/plan/manifest.ts';
import { shownPlanSchema } from '../../../src/plan/shown-plan.ts';
import { parseNodeArguments } from '../../../src/render/parse-arguments.ts';
import { readLockFile } from '../../../src/resolve/lock-file.ts';

const folder = 'fixtures/releases';
const image = 'rocky9.4-x86_64-netboot-compute';
const releases = readdirSync(folder).filter((name) => name !== 'README.md');

describe.each(releases)('what release %s wrote is read:', (release) => {
  const path = (name: string) => join(folder, release, name);
  const text = (name: string) => readFileSync(path(name), 'utf8');

  it('a plan, which asks for what its line asks for', () => {
    const { request, plan, command } = shownPlanSchema.parse(JSON.parse(text('plan.json')));
    expect(plan?.image).toMatchObject({ name: image, osvers: 'rocky9.4', packageManager: 'dnf' });
    const words = command.slice(command.indexOf('./genimage ')).split(' ').slice(1);
    expect(parseNodeArguments(words)).toEqual(request);
  });

  it.skipIf(!existsSync(path('manifest.json')))('a manifest', () => {
    const manifest = parseManifest(text('manifest.json'));
    expect(manifest?.image.name).toBe(image);
    expect(manifest?.build?.packages[0]?.nevra).toMatch(/\.x86_64$|\.noarch$/);
    expect(manifest?.pack).toMatchObject({ file: 'rootimg.sfs', generation: 1 });
  });

  it.skipIf(!existsSync(path('boot-entries.json')))('boot entries', () => {
    const entries = parseBootEntries(text('boot-entries.json'), 'x');
    expect(entries.map(({ generation }) => generation)).toEqual([1, 1, 1]);
  });

  it('the store', async () => {
    const store = openStore(path('store'), async () => () => undefined);
    expect(await store.list('osimage')).toEqual([image]);
    const { attributes } = await readOsimage(store, image);
    expect([attributes.get('osvers'), attributes.get('pkgdir')]).toEqual([
      'rocky9.4',
      '/install/rocky9.4/x86_64',
    ]);
    expect(await readSite(store)).toMatchObject({ installdir: '/install', timezone: 'Europe/Berlin' });
  });

  it.skipIf(!existsSync(path('image.lock')))('a lock', async () => {
    const { lock, problems } = await readLockFile(path('image.lock'), '.');
    expect(problems).toEqual([]);
    expect(lock?.image).toMatchObject({ osvers: 'rocky9.4' });
  });

  // Its lines have no number yet.
  it.skipIf(release === '0.1.0')('lines of events', () => {
    const lines = text('events.jsonl').trimEnd().split('\n');
    expect(lines.map(parseEvent)).not.toContain(undefined);
  });
});
