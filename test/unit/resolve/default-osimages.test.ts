import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultOsimages } from '../../../src/resolve/default-osimages.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const osimages = () =>
  defaultOsimages({
    ...{ osvers: 'rocky9.4', arch: 'x86_64', pkgdir: '/install/rocky9.4/x86_64' },
    ...{ installdir: join(folder.path, 'install'), netbootDir: folder.path },
  });

it('a pair for each profile that has a package list, with the lists that are there', async () => {
  const pkglist = await folder.file('rocky/compute.rocky9.x86_64.pkglist');
  const exlist = await folder.file('rocky/compute.exlist');
  await folder.file('rocky/service.rocky9.pkglist');
  await folder.file('rocky/none.rocky9.otherpkgs.pkglist');
  await folder.file('rocky/other.sles15.pkglist');
  const { images } = await osimages();
  expect(images.map(({ name }) => name)).toEqual([
    'rocky9.4-x86_64-netboot-compute',
    'rocky9.4-x86_64-netboot-service',
    'rocky9.4-x86_64-statelite-compute',
    'rocky9.4-x86_64-statelite-service',
  ]);
  const attributes = Object.fromEntries(images[0]?.attributes ?? []);
  expect(attributes).toMatchObject({
    pkglist,
    exlist,
    provmethod: 'netboot',
    osdistroname: 'rocky9.4-x86_64',
  });
  expect(Object.keys(attributes)).not.toContain('otherpkglist');
});

it('none without profiles, and the folders that were looked in', async () => {
  const { images, folders } = await osimages();
  expect(images).toEqual([]);
  expect(folders).toContain(join(folder.path, 'rocky'));
});
