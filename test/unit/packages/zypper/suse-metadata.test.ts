import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { checkRepositories, repositoryState } from '../../../../src/packages/zypper/suse-metadata.ts';
import { useFolder } from '../../../lib/folder.ts';
import { aPlan } from '../../genimage/a-plan.ts';

const folder = useFolder();

const planOf = (path: string) => {
  const repository = { id: 'pkgdir-0', url: pathToFileURL(path).href, from: 'pkgdir' as const };
  return { plan: aPlan({ repositories: [repository] }), repository };
};

test.each([['repodata/repomd.xml'], ['content'], ['plain.rpm']])(
  'a folder with %s is a repository',
  async (name) => {
    await folder.file(`os/${name}`, 'x');
    const { plan } = planOf(`${folder.path}/os`);
    expect(await checkRepositories(plan)).toEqual([]);
  },
);

test('any other folder is none, and a plan without one is told', async () => {
  await folder.folder('os');
  const { plan } = planOf(`${folder.path}/os`);
  expect(await checkRepositories(plan)).toMatchObject([{ code: 'repository-unreachable' }]);
  expect(await checkRepositories(aPlan())).toMatchObject([{ code: 'no-repository' }]);
});

test('the state changes with the index; a plain folder has none', async () => {
  await folder.file('os/content', 'one');
  const { plan, repository } = planOf(`${folder.path}/os`);
  const before = await repositoryState(plan, repository);
  await folder.file('os/content', 'two');
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(await repositoryState(plan, repository)).not.toBe(before);
  const plain = planOf(`${folder.path}/none`);
  expect(await repositoryState(plain.plan, plain.repository)).toBeUndefined();
});
