import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { el } from '../../../src/family/el.ts';
import { findDriverUpdates, findKeys, planFile, readKeys } from '../../../src/resolve/plan-files.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const names = (files: readonly { path: string }[]) =>
  files.map(({ path }) => path.slice(folder.path.length + 1));

it('a file is known by its digest, and only a file is one', async () => {
  const path = await folder.file('a', 'content');
  const sha256 = createHash('sha256').update('content').digest('hex');
  expect(await planFile(path, 'driverupdate')).toEqual({ path, sha256, role: 'driverupdate' });
  await expect(planFile(folder.path, 'driverupdate')).rejects.toThrow();
});

it('keys are those of the repositories by their names, all of the host, one of each content', async () => {
  for (const [name, content] of [
    ['r/RPM-GPG-KEY-a', '1'],
    ['r/other', '2'],
    ['host/b', '1'],
    ['host/c', '3'],
  ] as const)
    await folder.file(name, content);
  await folder.folder('host/folder');
  const found = await findKeys(
    el,
    [join(folder.path, 'r'), join(folder.path, 'none')],
    join(folder.path, 'host'),
  );
  expect(names(found)).toEqual(['r/RPM-GPG-KEY-a', 'host/c']);
});

it('keys that are named must be there; those known already are left out', async () => {
  const known = await planFile(await folder.file('known', 'k'), 'key');
  await folder.file('same', 'k');
  await folder.file('new', 'n');
  const { files, problems } = await readKeys('same,new,new,none', folder.path, [known]);
  expect(names(files)).toEqual(['new']);
  expect(problems.map(({ code }) => code)).toEqual(['file-unreadable']);
});

it('driver disks of the usual folder count only where no disk is named', async () => {
  for (const name of ['d.img', 'x.rpm', 'disks/1.img']) await folder.file(name);
  const find = (value: string | undefined) =>
    findDriverUpdates(value, join(folder.path, 'disks'), folder.path);
  expect(names((await find(undefined)).files)).toEqual(['disks/1.img']);
  expect(names((await find('rpm:x.rpm')).files)).toEqual(['x.rpm', 'disks/1.img']);
  expect(names((await find('dud:d.img,x.rpm')).files)).toEqual(['d.img', 'x.rpm']);
  expect((await find('dud:none')).problems[0]?.message).toContain('none');
});
