import { expect, it } from 'vitest';
import { baseUrlsOf, zypperUrlsOf } from '../../../src/packages/host-repositories.ts';

it('repositories are read from dnf 4, dnf 5 and zypper', () => {
  expect(
    baseUrlsOf(
      'Repo-id : b\nRepo-baseurl       : http://a/os/ (9 more)\nRepo-baseurl : http://b/, http://c\n',
    ),
  ).toEqual(['http://a/os/', 'http://b/']);
  expect(baseUrlsOf('Repo ID   : b\nBase URL  : http://a/os/\n')).toEqual(['http://a/os/']);
  expect(zypperUrlsOf('<repo alias="a"><url>http://a/?b=1&amp;c=2</url></repo>')).toEqual([
    'http://a/?b=1&c=2',
  ]);
});
