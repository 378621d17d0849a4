import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Build } from '../../../../src/genimage/build-context.ts';
import { entriesBelow, updateFiles } from '../../../../src/genimage/initrd/driver-update-files.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
let warnings: string[] = [];

async function found(names: readonly string[], ignorekernelchk = false) {
  for (const name of names) await folder.file(`update/${name}`, 'x');
  warnings = [];
  const build = { plan: { request: { ignorekernelchk } }, warnings, reporter: { warn: () => {} } };
  const update = join(folder.path, 'update');
  const files = await updateFiles(build as unknown as Build, update, '5.14', 'dud:x.iso');
  return files.map(({ source, target, module }) => ({
    ...{ source: typeof source === 'string' ? source.slice(update.length + 1) : source, target },
    ...(module === undefined ? {} : { module }),
  }));
}

describe('updateFiles', () => {
  it('modules of the kernel stay where they are, those of none go where depmod prefers them', async () => {
    const files = await found(['lib/modules/5.14/extra/a-b.ko.xz', 'drivers/c.ko', 'README']);
    expect(files.sort((a, b) => (a.target < b.target ? -1 : 1))).toEqual([
      {
        source: 'lib/modules/5.14/extra/a-b.ko.xz',
        target: 'lib/modules/5.14/extra/a-b.ko.xz',
        module: 'a_b',
      },
      { source: 'drivers/c.ko', target: 'lib/modules/5.14/updates/c.ko', module: 'c' },
    ]);
  });

  it('modules of another kernel are left out with a warning, or taken when that is asked for', async () => {
    const names = ['lib/modules/5.14/a.ko', 'lib/modules/4.18/b.ko'];
    expect((await found(names)).map(({ target }) => target)).toEqual(['lib/modules/5.14/a.ko']);
    expect(warnings).toEqual([expect.stringMatching(/^dud:x\.iso has modules for 4\.18, not for .* 5\.14/)]);
    expect((await found(names, true)).map(({ target }) => target)).toContain('lib/modules/5.14/updates/b.ko');
  });

  it('firmware is all below lib/firmware, links as they are where they are relative', async () => {
    await folder.file('update/usr/lib/firmware/b/x.bin', 'x');
    await symlink('b/x.bin', join(folder.path, 'update/usr/lib/firmware/short'));
    await symlink('/usr/lib/firmware/b/x.bin', join(folder.path, 'update/usr/lib/firmware/long'));
    const files = await found([]);
    expect(files).toContainEqual({ source: { link: 'b/x.bin' }, target: 'lib/firmware/short' });
    expect(files).toContainEqual({ source: 'usr/lib/firmware/b/x.bin', target: 'lib/firmware/long' });
  });

  it('an absolute link is looked for in the update, never on this host', async () => {
    await folder.file('update/lib/firmware/x.bin', 'x');
    await symlink('/etc/passwd', join(folder.path, 'update/lib/firmware/secret'));
    expect((await found([])).map(({ target }) => target)).toEqual(['lib/firmware/x.bin']);
  });

  it('an update with neither is refused, one with modules of others is not', async () => {
    await expect(found(['README'])).rejects.toThrow(/neither a module nor firmware in dud:x\.iso/);
  });

  it('one with modules of others alone is not', async () => {
    expect(await found(['lib/modules/4.18/b.ko'])).toEqual([]);
    expect(warnings).toHaveLength(1);
  });
});

it('entriesBelow gives all but folders, and enters no link', async () => {
  await folder.file('a/b/c');
  await symlink('.', join(folder.path, 'a/circle'));
  const paths = (await entriesBelow(folder.path)).map(({ path }) => path);
  expect(paths.sort()).toEqual(['a/b/c', 'a/circle']);
});
