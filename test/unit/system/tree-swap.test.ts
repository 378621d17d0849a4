import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findReplaced, removeReplaced, settleSwap, swapIn } from '../../../src/system/tree-swap.ts';
import { findTreePlace, type TreePlace } from '../../../src/system/tree/tree-place.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
let place: TreePlace;
const content = () => readFileSync(join(place.root, 'file'), 'utf8');

beforeEach(async () => {
  await folder.file('image/rootimg/file', 'old');
  await folder.file('image/new/file', 'new');
  place = await findTreePlace(join(folder.path, 'image'));
});

describe('a swap', () => {
  it('puts the new tree in the place of the old one, which goes later', async () => {
    await swapIn(place, join(folder.path, 'image/new'));
    expect(content()).toBe('new');
    const replaced = findReplaced(place);
    expect(replaced && readFileSync(join(replaced, 'file'), 'utf8')).toBe('old');
    expect(await removeReplaced(place)).toEqual([]);
    expect(findReplaced(place)).toBeUndefined();
  });

  it('works where there was no tree', async () => {
    await rename(place.root, join(folder.path, 'gone'));
    await swapIn(place, join(folder.path, 'image/new'));
    expect([content(), findReplaced(place)]).toEqual(['new', undefined]);
  });

  it('that was killed between its renames brings the old tree back', async () => {
    await swapIn(place, join(folder.path, 'image/new'));
    await rename(place.root, join(folder.path, 'image/new'));
    await settleSwap(place);
    expect([content(), findReplaced(place)]).toEqual(['old', undefined]);
  });

  it('that was killed after them ends with the new one', async () => {
    await swapIn(place, join(folder.path, 'image/new'));
    await settleSwap(place);
    expect([content(), findReplaced(place)]).toEqual(['new', undefined]);
  });

  it('that never began changes nothing', async () => {
    await settleSwap(place);
    await mkdir(join(folder.path, 'image/empty'));
    expect([content(), existsSync(join(folder.path, 'image/empty'))]).toEqual(['old', true]);
  });
});
