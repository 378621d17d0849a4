import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPackageLists } from '../../../../src/resolve/package-list.ts';
import { hasOwnLists, listOf, roadOf } from '../../../../tools/quickstart/road.ts';

const netbootDir = resolve('share/xcat/netboot');

test.each([
  ['debian12', true],
  ['ubuntu22.04', true],
  ['debian', false],
  ['linuxmint21', false],
  ['rocky9.4', false],
])('%s has lists of its own: %s', (osvers, expected) => {
  expect(hasOwnLists(osvers)).toBe(expected);
});

test.each([
  ['debian12', 'x86_64', 'linux-image-cloud-amd64', 'ifupdown'],
  ['debian13', 'ppc64le', 'linux-image-powerpc64le', 'ifupdown'],
  ['debian13', 'riscv64', 'linux-image-riscv64', 'ifupdown'],
  ['ubuntu24.04', 'x86_64', 'linux-image-virtual', 'netplan.io'],
])('the list of %s on %s has a small kernel beside what all nodes have', async (osvers, arch, ...names) => {
  const folder = await mkdtemp(join(tmpdir(), 'rootimg-quickstart-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'compute.pkglist');
  await writeFile(file, listOf(osvers, arch, netbootDir));
  const { passes, problems } = await readPackageLists(file, 'pkglist', { cwd: '/', variables: {} });
  expect(problems).toEqual([]);
  const found = passes[0]?.install.map(({ name }) => name) ?? [];
  expect(found).toEqual(expect.arrayContaining(['dracut', 'openssh-server', ...names]));
  expect(found.filter((name) => name.startsWith('linux-image'))).toHaveLength(1);
});

test('--family el is taken everywhere, other words are told', async () => {
  expect(await roadOf(['--family', 'el'])).toBe('el');
  await expect(roadOf(['--family', 'suse'])).rejects.toMatchObject({ code: 'usage' });
  await expect(roadOf(['--famly'])).rejects.toMatchObject({ code: 'usage' });
});
