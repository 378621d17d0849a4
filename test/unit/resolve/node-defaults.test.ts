import { expect, it } from 'vitest';
import { emptyRequest } from '../../../src/plan/empty-request.ts';
import { withNodeDefaults } from '../../../src/resolve/node-defaults.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const complete = (request: object) =>
  withNodeDefaults(
    { ...emptyRequest(), osvers: 'rocky9.4', profile: 'compute', ...request },
    {
      ...{ installdir: '/install', hostArch: 'i686', netbootDir: folder.path, family: 'rocky' },
    },
  );

it('says what the line left out, by the architecture of this host', async () => {
  expect(await complete({})).toMatchObject({
    imageName: 'rocky9.4-x86-netboot-compute',
    ...{
      arch: 'x86',
      osvers: 'rocky9.4',
      profile: 'compute',
      permission: '755',
      kerneldir: '/install/kernels',
    },
    srcdir: '/install/rocky9.4/x86',
    otherpkgdir: '/install/post/otherpkgs/rocky9.4/x86',
    rootimgdir: '/install/netboot/rocky9.4/x86/compute',
    ...{ pkglist: undefined, otherpkglist: undefined, postinstall: undefined },
  });
});

it('what the line says stays, an undefined value is none', async () => {
  const given = { arch: 'ppc64le', rootimgdir: '/r', permission: '700', srcdir: undefined };
  expect(await complete(given)).toMatchObject({
    ...{ arch: 'ppc64le', rootimgdir: '/r', permission: '700', srcdir: '/install/rocky9.4/ppc64le' },
  });
});

it('searches lists by profile only where no image is named', async () => {
  const list = await folder.file('rocky/compute.rocky9.x86.pkglist');
  expect((await complete({})).pkglist).toBe(list);
  expect((await complete({ imageName: 'i' })).pkglist).toBeUndefined();
  expect((await complete({ pkglist: '/own' })).pkglist).toBe('/own');
});
