import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { anyTime } from '../../../../../src/pack/formats/times.ts';
import { buildLayer, layerXattrs } from '../../../../../src/pack/formats/view/layer.ts';
import { memberTable } from '../../../../../src/pack/members/member-table.ts';
import { fileType } from '../../../../../src/pack/members/mode.ts';
import type { Override } from '../../../../../src/pack/members/override.ts';
import { openTree } from '../../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../../lib/folder.ts';
import { selectAll } from '../../../../lib/selection.ts';

const folder = useFolder();
const ours = { uid: 0, gid: 0 };

beforeEach(async () => {
  for (const name of ['etc/hosts', 'usr/a/x', 'usr/a/y', 'usr/b/z']) await folder.file(name, name);
  chmodSync(join(folder.path, 'usr/a'), 0o700);
});

async function layerOf(excluded: readonly string[], puts: readonly Override[] = []) {
  const selection = await selectAll(openTree(folder.path), excluded, puts);
  return buildLayer(selection, anyTime);
}

const isMark = ({ mode, major, minor }: { mode: number; major: number; minor: number }) =>
  (mode & fileType.mask) === fileType.character && major === 0 && minor === 0;

describe('buildLayer', () => {
  it('holds the root alone where the image is the tree', async () => {
    const { members, opaque } = await layerOf([]);
    expect([...members].map(({ path }) => path)).toEqual(['.']);
    expect(opaque.size).toBe(0);
  });

  it('marks what is left out, in folders as the tree has them', async () => {
    const { members } = await layerOf(['./usr/a/x']);
    const found = [...members];
    expect(found.filter(isMark).map(({ path }) => path)).toEqual(['usr/a/x']);
    const folders = found.filter((one) => !isMark(one)).map(({ path, mode }) => [path, mode & 0o777]);
    expect(folders).toContainEqual(['usr/a', 0o700]);
    expect(folders.map(([path]) => path)).toEqual(['.', 'usr', 'usr/a']);
  });

  it('holds what is put in, with its own values', async () => {
    const put = { ...ours, path: 'etc/hosts', mode: fileType.regular | 0o600, content: Buffer.from('new') };
    const { members } = await layerOf([], [put]);
    expect([...members].map(({ path, size }) => [path, size])).toContainEqual(['etc/hosts', 3]);
  });

  it('says of a folder that hides the one of the tree that it is opaque, by its attribute', async () => {
    const put = { ...ours, path: 'usr', mode: fileType.folder | 0o755, opaque: true };
    const layer = await layerOf([], [put]);
    const place = [...layer.members].findIndex(({ path }) => path === 'usr');
    expect([...layer.opaque]).toEqual([place]);
    const xattrs = layerXattrs(layer, { at: () => [{ name: 'user.a', value: 'b' }] });
    expect(xattrs.at(place)).toEqual([
      { name: 'user.a', value: 'b' },
      { name: 'trusted.overlay.opaque', value: 'y' },
    ]);
    expect(xattrs.at(0)).toHaveLength(1);
  });

  it('refuses a tree that has what overlayfs takes for a mark', async () => {
    const selection = await selectAll(openTree(folder.path));
    const members = memberTable();
    members.add('', '.', { ...selection.members.at(0) });
    const device = { ...selection.members.at(0), mode: fileType.character | 0o600, override: undefined };
    members.add('.', 'mark', device);
    expect(() => buildLayer({ ...selection, members }, anyTime)).toThrow(
      /^mark in the image is a device 0, 0/,
    );
  });
});
