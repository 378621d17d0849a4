import { describe, expect, it } from 'vitest';
import { addressOf, itemProblems, readItem } from '../../../../src/resolve/deb/pkgdir-item.ts';

describe('readItem', () => {
  it.each([
    ['http://m/ubuntu jammy main universe', true, 'jammy', ['main', 'universe']],
    ['/srv/repo ./', false, './', []],
    ['site.sources', false, undefined, []],
    ['file:///srv/repo  jammy', true, 'jammy', []],
  ])('%s', (text, isUrl, suite, components) => {
    expect(readItem(text)).toMatchObject({ text, place: text.split(' ')[0], isUrl, suite, components });
  });
});

describe('itemProblems', () => {
  it.each([
    'http://m jammy-updates main/debian-installer',
    'http://m stable/updates main',
    '/d ./',
    '/d sub/',
    '/d',
  ])('none: %s', (text) => {
    expect(itemProblems(readItem(text), 'pkgdir')).toEqual([]);
  });

  it.each([
    ['http://m -o main', "holds '-o'"],
    ['http://m jammy [trusted=yes]', "holds '[trusted=yes]'"],
    ['http://m ../../other main', "holds '../../other'"],
    ['/d jammy main/../../..', "holds 'main/../../..'"],
    ['http://m jammy ma"in', `holds 'ma"in'`],
    ['http://m ./ main', 'is flat (./)'],
  ])('%s', (text, words) => {
    expect(itemProblems(readItem(text), 'pkgdir')).toEqual([
      expect.objectContaining({ message: expect.stringContaining(words) }),
    ]);
  });
});

it('addressOf writes a folder as an address, blanks and all', () => {
  expect(addressOf('/srv/a b#c')).toBe('file:///srv/a%20b%23c');
});
