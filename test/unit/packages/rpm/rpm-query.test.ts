import { expect, test } from 'vitest';
import { readOwners } from '../../../../src/packages/rpm/rpm-query.ts';

test('the owners of paths, out of all files of their packages', () => {
  const paths = ['/etc/yum.repos.d/rocky.repo', '/etc/yum.repos.d/site.repo', '/etc/yum.repos.d/epel.repo'];
  const output = [
    'rocky-repos\t9.4-1\tnoarch\t/etc/yum.repos.d/rocky-extras.repo',
    'rocky-repos\t9.4-1\tnoarch\t/etc/yum.repos.d/rocky.repo',
    'file /etc/yum.repos.d/site.repo is not owned by any package',
    'epel-release\t1:9-4\tnoarch\t/etc/yum.repos.d/epel.repo',
    'other\t1-1\tnoarch\t/etc/yum.repos.d/epel.repo',
    '',
  ].join('\n');
  expect([...readOwners(output, paths)]).toEqual([
    ['/etc/yum.repos.d/rocky.repo', { type: 'rpm', name: 'rocky-repos', version: '9.4-1', arch: 'noarch' }],
    ['/etc/yum.repos.d/epel.repo', { type: 'rpm', name: 'epel-release', version: '1:9-4', arch: 'noarch' }],
  ]);
});
