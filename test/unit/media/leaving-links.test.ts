import { describe, expect, it } from 'vitest';
import { leavingLinks } from '../../../src/media/leaving-links.ts';
import type { MediumEntry } from '../../../src/media/medium.ts';

const entry = (path: string, type: MediumEntry['type'] = 'file', size = 1): MediumEntry => ({
  path,
  type,
  size,
  mtime: 1,
});

describe('links that lead out of a medium', () => {
  const link = (path: string, target: string): MediumEntry => ({ ...entry(path, 'link', 0), target });
  const leaving = (...entries: MediumEntry[]) => leavingLinks(entries).map(({ path }) => path);

  it('are those whose way, by other links too, goes above its root', () => {
    expect(leaving(link('a', '/etc'), link('b/c', '../../etc'), link('d', '..'))).toEqual(['a', 'b/c', 'd']);
    expect(leaving(link('b/up', '../../..'), entry('b', 'folder', 0))).toEqual(['b/up']);
    expect(leaving(link('x/y/root', '../..'), link('out', 'x/y/root/../etc'))).toEqual(['out']);
  });

  it('are not those that real media have', () => {
    expect(
      leaving(link('debian', '.'), link('dists/stable', 'bookworm'), link('a/b/c', '../../d/e')),
    ).toEqual([]);
    expect(leaving(link('a', 'b'), link('b', 'a'), link('none', 'x/../y'))).toEqual([]);
  });
});
