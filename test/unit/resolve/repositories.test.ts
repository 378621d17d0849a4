import { expect, it } from 'vitest';
import { findRepositories } from '../../../src/resolve/repositories.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const origin = { file: 'l', line: 4 };
const pass = (...names: string[]) => ({
  install: names.map((name) => ({ name, origin })),
  ...{ removeBefore: [], removeAfter: [], environment: [] },
});
const find = (request: { pkgdir?: string; otherpkgdir?: string; kerneldir?: string; others?: string[] }) =>
  findRepositories({
    ...{ pkgdir: '', otherpkgdir: '', kerneldir: undefined, cwd: folder.path, ...request },
    otherPasses: [pass(...(request.others ?? []))],
  });
const shown = async (request: Parameters<typeof find>[0]) =>
  (await find(request)).repositories.map(({ id, url, folders }) =>
    [id, url.replace(`file://${folder.path}/`, ''), ...(folders ?? [])].join(' '),
  );

it('pkgdir gives every repository below its folders, and addresses as they stand; one only once', async () => {
  await folder.folder('os/BaseOS/repodata');
  await folder.folder('os/AppStream/repodata');
  expect(await shown({ pkgdir: 'os,http://m/x,os/BaseOS' })).toEqual([
    'pkgdir-0 os/AppStream',
    'pkgdir-1 os/BaseOS',
    'pkgdir-2 http://m/x',
  ]);
});

it('tells the folders between a pkgdir and its repositories: media have keys at their top', async () => {
  for (const name of ['1/Module-Basesystem', '1/Product-SLES', '2'])
    await folder.folder(`os/${name}/repodata`);
  await folder.folder('os/1/docu');
  const { mediaFolders } = await find({ pkgdir: 'os,os/2' });
  expect(mediaFolders).toEqual([`${folder.path}/os/1`]);
});

it('all that is wrong with pkgdir is told at once', async () => {
  await folder.folder('empty');
  const { problems } = await find({ pkgdir: 'none,,empty' });
  expect(problems.map(({ code }) => code)).toEqual([problems[0]?.code, 'file-unreadable', 'no-repository']);
});

it('otherpkgdir is asked for what its entries name only, each folder once', async () => {
  for (const name of ['o/repodata', 'o/a/repodata', 'o/b/repodata']) await folder.folder(name);
  expect(await shown({ otherpkgdir: 'o' })).toEqual([]);
  expect(await shown({ otherpkgdir: 'o', others: ['a/x', 'a/y'] })).toEqual(['otherpkgdir-0 o/a a']);
  expect(await shown({ otherpkgdir: 'o,http://m/', others: ['x', '@group', 'b/y'] })).toEqual([
    'otherpkgdir-0 o ',
    'otherpkgdir-1 http://m/ ',
    'otherpkgdir-2 http://m/b b',
    'otherpkgdir-3 o/b b',
  ]);
});

it('a folder of otherpkgdir that is missing stops where an entry needs it, else it is a warning', async () => {
  await folder.folder('o');
  const { problems, warnings } = await find({ otherpkgdir: 'o', others: ['x', 'a/y'] });
  expect(warnings).toHaveLength(1);
  expect(problems).toMatchObject([
    { code: 'no-repository', origin, message: expect.stringContaining(`${folder.path}/o/a`) },
  ]);
});

it('kerneldir counts when it is there', async () => {
  await folder.folder('k/5/repodata');
  expect(await shown({ kerneldir: 'k' })).toEqual(['kerneldir-0 k/5']);
  expect(await find({ kerneldir: 'none' })).toMatchObject({ repositories: [], problems: [], warnings: [] });
});
