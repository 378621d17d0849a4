import { beforeEach, expect, it } from 'vitest';
import { fileType } from '../../../../src/pack/members/mode.ts';
import { namesByFolder, type Override } from '../../../../src/pack/members/override.ts';
import { linkGroups } from '../../../../src/pack/members/tree-entry.ts';
import { find } from '../../../../src/pack/select/found.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const [file, directory] = [fileType.regular | 0o644, fileType.folder | 0o755];

beforeEach(async () => {
  await folder.file('etc/hosts', 'tree');
  await folder.folder('opt');
});

function at(path: string, puts: readonly Override[], shows = true) {
  const root = openTree(folder.path);
  const overrides = new Map(puts.map((one) => [one.path, one]));
  const looked = {
    root,
    overrides,
    overrideNames: namesByFolder(overrides),
    links: linkGroups(root),
    time: 77,
  };
  return find(looked, path, shows);
}

const put = (path: string, mode: number, other: Partial<Override> = {}): Override => ({
  ...{ path, mode, uid: 5, gid: 6 },
  ...other,
});

it('gives what the tree has where nothing is put', () => {
  expect(at('etc/hosts', [])).toMatchObject({
    values: { size: 4, link: 0 },
    override: undefined,
    inTree: true,
  });
  expect(at('etc/none', [])).toBeUndefined();
});

it('gives nothing of the tree in a folder that does not show', () => {
  expect(at('etc/hosts', [], false)).toBeUndefined();
  expect(at('etc/hosts', [put('etc/hosts', file)], false)).toMatchObject({ inTree: false });
});

it('an override wins, with its own values and the time of the pack', () => {
  const content = Buffer.from('override');
  const found = at('etc/hosts', [put('etc/hosts', file, { content })]);
  expect(found).toMatchObject({
    values: { size: 8, uid: 5, gid: 6, mtime: 77 },
    stats: undefined,
    inTree: true,
  });
  expect(at('etc/hosts', [put('etc/hosts', file, { content, mtime: 3 })])?.values.mtime).toBe(3);
});

it('a folder over a folder shows what the tree has in it; over a file it does not', () => {
  expect(at('opt', [put('opt', directory)])?.stats?.isDirectory()).toBe(true);
  expect(at('etc/hosts', [put('etc/hosts', directory)])).toMatchObject({ stats: undefined, inTree: true });
});

it('a folder that only an override lies in is there too, owned by root', () => {
  const found = at('new', [put('new/deep/file', file)]);
  expect(found).toMatchObject({ values: { mode: directory, uid: 0, gid: 0 }, inTree: false });
});
