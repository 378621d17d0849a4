import { expect, test } from 'vitest';
import { readOwners } from '../../../../src/packages/rpm/rpm-query.ts';

test('the owners of paths, out of all files of their packages', () => {
  const paths = ['/etc/yum.repos.d/rocky.repo', '/etc/yum.repos.d/site.repo', '/etc/yum.repos.d/epel.repo'];
  const output = [
    'rocky-repos /etc/yum.repos.d/rocky-extras.repo',
    'rocky-repos /etc/yum.repos.d/rocky.repo',
    'file /etc/yum.repos.d/site.repo is not owned by any package',
    'epel-release /etc/yum.repos.d/epel.repo',
    'other /etc/yum.repos.d/epel.repo',
    '',
  ].join('\n');
  expect([...readOwners(output, paths)]).toEqual([
    ['/etc/yum.repos.d/rocky.repo', 'rocky-repos'],
    ['/etc/yum.repos.d/epel.repo', 'epel-release'],
  ]);
});
