import { expect, test } from 'vitest';
import { readRepolist } from '../../../src/resolve/repolist.ts';

const kinds = ['rpm-md', 'plaindir'];

test('lines name folders and addresses; comments and blank lines nothing', () => {
  const text = '# more\n\nrpm-md|http://h/x|updates\nPlaindir | /local/packages | own\nrpm-md|https://h/y\n';
  expect(readRepolist(text, '/l', kinds)).toEqual({
    addresses: ['http://h/x', '/local/packages', 'https://h/y'],
    problems: [],
  });
});

test('every line that names no repository is told by its number', () => {
  const { problems } = readRepolist(
    'http://h/x\nrpm-md|relative|x\nother|/a|b\nrpm-md|/a|b|c\n',
    '/l',
    kinds,
  );
  expect(problems.map(({ origin }) => origin?.line)).toEqual([1, 2, 3, 4]);
  expect(problems[0]?.hint).toContain('rpm-md, plaindir');
});
