import { expect, test } from 'vitest';
import { localPath, placeOf, urlBelow } from '../../../src/base/url.ts';

test('a path goes below an address, before its query', () => {
  expect(urlBelow('http://h/a//', 'repodata/repomd.xml')).toBe('http://h/a/repodata/repomd.xml');
  expect(urlBelow('https://h/a?sig=1/2', 'sub')).toBe('https://h/a/sub?sig=1/2');
  expect(urlBelow('file:///a%20b', 'sub')).toBe('file:///a%20b/sub');
});

test('the place of an address is what any user finds there', () => {
  expect(placeOf('https://u:p%40@h:1/a?x=1#y')).toBe('https://h:1/a');
  expect(placeOf('http://h/@scope/b')).toBe('http://h/@scope/b');
});

test('the path of an address is one of this host, or none', () => {
  expect(localPath('file:///a%20b/c')).toBe('/a b/c');
  expect(localPath('file:/a')).toBe('/a');
  expect(['file://server/a', 'file:///a%2fb', 'http://h/a', ''].map(localPath)).toEqual(
    Array(4).fill(undefined),
  );
});
