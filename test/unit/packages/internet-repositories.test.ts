import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { disableInternetRepositories } from '../../../src/packages/internet-repositories.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const repositories = {
  ...{ folder: 'etc/repos', suffix: '.repo', ofDistribution: /^release$/ },
  withInternetDisabled: (text: string) => text.replace('http', '#http'),
};

it('changes the files of the distribution that point to the internet, and no other', async () => {
  const status = 'Package: release\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n';
  await folder.file('var/lib/dpkg/status', status);
  await folder.file(
    'var/lib/dpkg/info/release.list',
    '/etc/repos/a.repo\n/etc/repos/local.repo\n/etc/repos/a.txt\n',
  );
  const files = {
    'a.repo': 'http://a',
    'local.repo': 'file:/a',
    'site.repo': 'http://s',
    'a.txt': 'http://t',
  };
  for (const [name, text] of Object.entries(files)) await folder.file(`etc/repos/${name}`, text);
  expect(await disableInternetRepositories(folder.path, repositories as never)).toEqual([
    '/etc/repos/a.repo',
  ]);
  const now = Object.keys(files).map((name) => readFile(join(folder.path, 'etc/repos', name), 'utf8'));
  expect(await Promise.all(now)).toEqual(['#http://a', 'file:/a', 'http://s', 'http://t']);
});

it('an image without such files is left alone', async () => {
  expect(await disableInternetRepositories(folder.path, repositories as never)).toEqual([]);
});
