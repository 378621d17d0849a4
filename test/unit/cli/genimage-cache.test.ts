import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { genimage } from '../../../src/cli/genimage/genimage.ts';
import { runBuild } from '../../../src/cli/genimage/run-build.ts';
import { recordedIo } from '../../lib/recorded-io.ts';
import { makeWorld } from '../../integration/genimage/world.ts';

vi.mock('../../../src/cli/genimage/run-build.ts', () => ({
  runBuild: vi.fn(async () => {
    throw new Error('no build in this test');
  }),
}));

it('a build keeps layers as config.yaml of --store says', async () => {
  const world = await makeWorld();
  try {
    await world.file('/install/p/a.pkglist', 'bash\n');
    const file = join(world.root, 'x.stanza');
    await writeFile(
      file,
      world.here(
        'x:\n objtype=osimage\n imagetype=linux\n osvers=rhels9.4\n osarch=x86_64\n profile=compute\n provmethod=netboot\n pkglist=/install/p/a.pkglist\n',
      ),
    );
    await mkdir(join(world.root, 'other'));
    await writeFile(join(world.root, 'other/config.yaml'), 'cache:\n  limit: 3K\n');
    const { io } = recordedIo({
      env: {
        XCATROOT: world.here('/opt/xcat'),
        ROOTIMG_HOME: join(world.root, 'etc'),
        ROOTIMG_CACHE: '/kept',
      },
      cwd: world.root,
    });
    await expect(genimage(io, ['--store', 'other', '--def', file, 'x'])).rejects.toThrow('no build in this');
    expect(vi.mocked(runBuild).mock.lastCall?.at(-1)).toMatchObject({
      ...{ config: { cache: { limit: '3K' } }, env: { ROOTIMG_CACHE: '/kept' } },
    });
  } finally {
    await world.remove();
  }
});
