import { machine } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type * as exec from '../../src/system/exec.ts';
import { runCommand } from '../../src/cli/main.ts';
import { recordedIo } from '../lib/recorded-io.ts';
import { makeWorld } from './genimage/world.ts';

vi.mock('../../src/system/exec.ts', async (original) => {
  const real = await original<typeof exec>();
  const findTool = async (name: string) => (name === 'bsdtar' ? undefined : real.findTool(name));
  return { ...real, findTool };
});

it('rootimg check asks for what driver updates need', async () => {
  const world = await makeWorld();
  try {
    await world.file('/opt/xcat/share/xcat/netboot/common/dracut/97rootimg/module-setup.sh');
    await world.file('/install/os/RPM-GPG-KEY-x', 'key');
    await world.file('/install/os/repodata/repomd.xml', '<repomd/>');
    await world.file('/install/p/a.pkglist', 'bash\n');
    await world.file('/install/p/disk.img', 'x');
    const { io, said } = recordedIo({
      env: {
        PATH: process.env['PATH'],
        XCATROOT: world.here('/opt/xcat'),
        ROOTIMG_HOME: join(world.root, 'etc'),
      },
      cwd: world.root,
    });
    await world.define(
      `x:\n objtype=osimage\n imagetype=linux\n osvers=rhels9.4\n osarch=${machine()}\n profile=compute\n provmethod=netboot\n pkglist=/install/p/a.pkglist\n pkgdir=/install/os\n driverupdatesrc=dud:/install/p/disk.img\n`,
    );
    await runCommand(io, ['check', 'x'], 'rootimg');
    expect(said.stderr).toContain(
      'Warning: Not to be built here: bsdtar is not installed; it unpacks driver updates.',
    );
  } finally {
    await world.remove();
  }
});
