import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { imageWords } from '../../../../tools/quickstart/image-words.ts';

const netbootDir = join(import.meta.dirname, '../../../../share/xcat/netboot');
const where = { installdir: '/nowhere/install', netbootDir };

async function words(osvers: string): Promise<Record<string, string>> {
  const all = await imageWords({ osvers, arch: 'x86_64', pkgdir: 'http://m/os' }, where);
  return Object.fromEntries(all.map((word) => word.split(/=(.*)/s)) as [string, string][]);
}

it.each([
  ['rhels9.4', 'rh/compute.rhels9'],
  ['rocky9.4', 'rocky/compute.rocky9'],
  ['alma8.10', 'alma/compute.alma8'],
  ['ol9.3', 'ol/compute.ol9'],
  ['fedora41', 'fedora/compute'],
  ['centos-stream9', 'centos-stream/compute.centos'],
])('a host of %s finds its profile files', async (osvers, start) => {
  const found = await words(osvers);
  for (const kind of ['pkglist', 'exlist', 'postinstall'] as const) {
    expect(found[kind]).toBe(join(netbootDir, `${start}.x86_64.${kind}`));
    await readFile(found[kind] ?? '');
  }
  expect(found).toMatchObject({ osvers, osarch: 'x86_64', pkgdir: 'http://m/os' });
  expect(found['rootimgdir']).toBe(`/nowhere/install/netboot/${osvers}/x86_64/compute`);
  expect(found).not.toHaveProperty('otherpkgdir');
});

it('says where it looked for the profile of an unknown distribution', async () => {
  await expect(words('amzn2023')).rejects.toMatchObject({
    code: 'no-profile',
    hint: expect.stringContaining(join(netbootDir, 'amzn')),
  });
});
