import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeKeptMembers } from '../../../src/pack/layers/keep-members.ts';
import { publishedIn } from '../../../src/pack/published-in.ts';
import { openTree } from '../../../src/system/tree/open-tree.ts';
import { keptMembersName } from '../../../src/plan/layer-list.ts';
import { manifestText } from '../../../src/plan/manifest.ts';
import { useFolder } from '../../lib/folder.ts';
import { selectAll } from '../../lib/selection.ts';

const folder = useFolder();

it('tells the layer of a path of what is published, and nothing of anything else', async () => {
  for (const name of ['a', 'b']) await folder.file(`tree/${name}`, name);
  const { members } = await selectAll(openTree(join(folder.path, 'tree')));
  const origins = Uint16Array.of(1, 0, 1);
  const kept = { header: { pack: 'list', files: [] }, members, states: new Map(), origins };
  await writeKeptMembers(join(folder.path, keptMembersName), kept, { since: 0 });
  const publish = (sha256: string, files: readonly string[]) => {
    const layers = files.length === 0 ? {} : { layers: files.map((file) => ({ file, size: 1, sha256: '' })) };
    const pack = {
      ...{
        finished: '',
        file: 'rootimg.layers',
        method: 'squashfs',
        compressor: 'zstd',
        uuid: '',
        members: 3,
      },
      ...{ leftOut: 0, contentBytes: 0, size: 1, sha256, warnings: [], ...layers },
    };
    const image = { name: '', osvers: '', arch: '', profile: '' };
    return folder.file('manifest.json', manifestText({ schema: 1, image, pack }));
  };
  const find = (path: string) => publishedIn(folder.path, path);
  expect(await find('a')).toBe(undefined);
  await publish('list', ['base.sfs', 'one.sfs']);
  expect(await find('a')).toEqual({ file: 'base.sfs', layer: 0, of: 1 });
  expect(await find('b')).toEqual({ file: 'one.sfs', layer: 1, of: 1 });
  expect(await find('c')).toBe(undefined);
  await publish('other', ['base.sfs', 'one.sfs']);
  expect(await find('a')).toBe(undefined);
  await publish('list', []);
  expect(await find('a')).toBe(undefined);
});
