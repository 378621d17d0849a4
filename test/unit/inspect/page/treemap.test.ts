import { expect, test } from 'vitest';
import { type Tile, treemaps } from '../../../../src/inspect/page/treemap.ts';

const tile = (name: string, bytes: number): Tile => ({ name, bytes, target: `t-${name}`, kind: 'needed' });

/** The tiles of the wide map: label, and area in square pixels. */
function wideTiles(text: string): [string, number][] {
  const wide = text.slice(0, text.indexOf('class="map narrow"'));
  const found = wide.matchAll(/aria-label="([^"]+)"><title>.*?width="(\d+)" height="(\d+)"/g);
  return [...found].map(([, label = '', width, height]) => [label, Number(width) * Number(height)]);
}

test('areas are as the bytes', () => {
  const found = wideTiles(treemaps('t', [tile('a', 3e6), tile('b', 1e6), tile('c', 0)], 'rest'));
  expect(found.map(([label]) => label)).toEqual(['a 3.0 MB', 'b 1.0 MB']);
  expect((found[0]?.[1] ?? 0) / (found[1]?.[1] ?? 1)).toBeCloseTo(3, 1);
});

test('what is too small to be seen is one tile together, which leads to the rest', () => {
  const small = Array.from({ length: 5 }, (_, index) => tile(`s${index}`, 10));
  const text = treemaps('t', [tile('big', 1e6), ...small], 'the-table');
  expect(wideTiles(text).map(([label]) => label)).toEqual(['big 1.0 MB', '5 smaller ones 50 bytes']);
  expect(text).toContain('href="#the-table"');
});

test('as many tiles as can be told apart, and no more', () => {
  const many = Array.from({ length: 400 }, (_, index) => tile(`p${index}`, 1000 + index));
  expect(wideTiles(treemaps('t', many, 'rest'))).toHaveLength(151);
});

test('names are no markup', () => {
  expect(treemaps('t', [tile('<script>"x"', 5)], 'rest')).not.toMatch(/<script|"x"/);
});
