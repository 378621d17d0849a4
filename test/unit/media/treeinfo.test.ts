import { expect, it } from 'vitest';
import { readTreeinfo } from '../../../src/media/treeinfo.ts';

it('reads what newer media say', () => {
  const text = `[release]
name = Rocky Linux
version = 9.4

[tree]
arch = x86_64

[media]
discnum = 1
totaldiscs = 1
`;
  expect(readTreeinfo(text)).toMatchObject({
    release: 'Rocky Linux',
    version: '9.4',
    arch: 'x86_64',
    disc: '1',
  });
});

it('reads what older ones say, and prefers what newer ones do', () => {
  const old =
    '[general]\nfamily = Red Hat Enterprise Linux\nversion = 6.5\narch = ppc64\nvariant=Server\ndiscnum = 2\n';
  expect(readTreeinfo(old)).toMatchObject({
    family: 'Red Hat Enterprise Linux',
    version: '6.5',
    variant: 'Server',
    disc: '2',
  });
  expect(readTreeinfo(`${old}[release]\nversion = 7\n`).version).toBe('7');
});

it.each([
  ['a colon', '[general]\nversion: 9\n', '9'],
  ['a value with the signs in it', '[general]\nversion = a=b:c # d\n', 'a=b:c # d'],
  ['keys of any case, line ends of DOS', '[general]\r\nVersion = 9\r\n', '9'],
  ['a comment', '[general]\n; version = 8\n# version = 7\n', undefined],
  ['an empty value', '[general]\nversion =\n', undefined],
  ['another section', '[other]\nversion = 9\n', undefined],
  ['no INI file', '<xml version="9">', undefined],
])('%s', (_, text, version) => {
  expect(readTreeinfo(text).version).toBe(version);
});
