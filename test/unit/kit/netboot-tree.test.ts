import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Installation } from '../../../src/kit/installation.ts';
import { commonTree, familyNames, netbootTree } from '../../../src/kit/netboot-tree.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
let installation: Installation;

beforeEach(async () => {
  const files = {
    'common/genimage': 0o755,
    'common/dracut/97rootimg/lib.sh': 0o644,
    'rocky/compute.pkglist': 0o644,
  };
  for (const [name, mode] of Object.entries(files)) await folder.file(`netboot/${name}`, name, mode);
  await folder.file('netboot/README');
  await folder.file('dist/node/genimage.mjs');
  await folder.folder('netboot/debian');
  await symlink('compute.pkglist', join(folder.path, 'netboot/rocky/login.pkglist'));
  installation = { netboot: join(folder.path, 'netboot'), dist: join(folder.path, 'dist') } as Installation;
});

describe('netbootTree', () => {
  it("each family's folder works when only it is copied", async () => {
    const files = await netbootTree(installation);
    expect(files.map(({ path, kind }) => `${path} ${kind}`)).toEqual([
      'debian/dracut/97rootimg/lib.sh program',
      'debian/genimage program',
      'debian/genimage.mjs program',
      'rocky/compute.pkglist profile',
      'rocky/dracut/97rootimg/lib.sh program',
      'rocky/genimage program',
      'rocky/genimage.mjs program',
      'rocky/login.pkglist profile',
    ]);
    expect(files.find(({ path }) => path === 'rocky/genimage')?.mode).toBe(0o755);
  });

  it('a program takes the place of a file of that name in a family', async () => {
    await folder.file('netboot/rocky/genimage', 'old');
    const found = (await netbootTree(installation, ['rocky'])).filter(
      ({ path }) => path === 'rocky/genimage',
    );
    expect(found).toMatchObject([{ kind: 'program' }]);
  });

  it('names families that are not there, and what is not built', async () => {
    await expect(netbootTree(installation, ['rocky', 'arch'])).rejects.toMatchObject({
      ...{ code: 'unknown-family', hint: 'Known: debian, rocky.' },
    });
    await expect(netbootTree({ ...installation, dist: '/none' })).rejects.toMatchObject({
      code: 'not-built',
    });
  });

  it('names a link to nothing', async () => {
    await symlink('none', join(folder.path, 'netboot/rocky/broken'));
    await expect(netbootTree(installation)).rejects.toThrow(/rocky\/broken cannot be read/);
  });
});

it('families are folders, and what they share is not one', async () => {
  expect(await familyNames(installation)).toEqual(['debian', 'rocky']);
  expect((await commonTree(installation)).map(({ path }) => path)).toEqual([
    ...['common/dracut/97rootimg/lib.sh', 'common/genimage'],
  ]);
});
