import { readFileSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readKeptMembers } from '../../../../src/pack/layers/keep-members.ts';
import { memberTable } from '../../../../src/pack/members/member-table.ts';
import { whiteoutAt } from '../../../../src/pack/members/whiteout.ts';
import { addLayers, listLayers } from '../../../../src/pack/steps/list-layers.ts';
import type { OpenedImage } from '../../../../src/pack/steps/open.ts';
import type { WrittenFile } from '../../../../src/pack/steps/write-file.ts';
import { keptMembersName, layerListText } from '../../../../src/plan/layer-list.ts';
import { fileDigest } from '../../../../src/system/file-digest.ts';
import { withScope } from '../../../../src/system/scope.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

it('lists a new layer by its content above those that stay, for the set and for what is published', async () => {
  const base = { file: `rootimg-${'0'.repeat(32)}.sfs`, size: 4, sha256: '0'.repeat(64) };
  await folder.file(base.file, 'base');
  const path = await folder.file('written', 'layer');
  const digested = { sha256: await fileDigest(path), size: 5 };
  const name = `rootimg-${digested.sha256.slice(0, 32)}.sfs`;
  await withScope(async (scope) => {
    const opened = { scope, plan: { image: { rootimgdir: folder.path } } } as unknown as OpenedImage;
    const written = { name: 'rootimg.sfs', packed: { path } } as unknown as WrittenFile;
    const known = { members: memberTable(), states: new Map() };
    const chosen = { below: [base], layer: undefined, known, origins: new Uint16Array(0), since: 0 };
    const listed = await listLayers(opened, chosen, written, digested);
    const text = layerListText([base, { file: name, ...digested }]);
    expect(text).toBe(`# rootimg layers 1\n${base.sha256} 4 ${base.file}\n${digested.sha256} 5 ${name}\n`);
    expect(readFileSync(listed.path, 'utf8')).toBe(text);
    expect(listed.record).toMatchObject({
      file: 'rootimg.layers',
      size: text.length,
      sha256: await fileDigest(listed.path),
    });
    expect(listed.unpublished.map(({ final }) => final)).toEqual([
      join(folder.path, name),
      join(folder.path, keptMembersName),
    ]);
    const set = join(folder.path, 'set');
    await mkdir(set);
    await addLayers(set, listed);
    expect(statSync(join(set, base.file)).ino).toBe(statSync(join(folder.path, base.file)).ino);
    expect(statSync(join(set, name))).toMatchObject({ ino: statSync(path).ino, mode: 0o100644 });
    const kept = await readKeptMembers(join(set, keptMembersName));
    expect(kept?.header.pack).toBe(listed.record.sha256);
    expect(kept?.header.files.map(([file]) => file)).toEqual([base.file, name]);
  });
});

it('has no layer twice: of two with the same bytes the upper one stays, and the origins follow', async () => {
  const layer = (digit: string) => ({
    ...{ file: `rootimg-${digit.repeat(32)}.sfs`, size: 4, sha256: digit.repeat(64) },
  });
  const path = await folder.file('written', 'layer');
  const digested = { sha256: await fileDigest(path), size: 5 };
  const own = { file: `rootimg-${digested.sha256.slice(0, 32)}.sfs`, ...digested };
  for (const { file } of [layer('0'), layer('1'), own]) await folder.file(file, 'base');
  await withScope(async (scope) => {
    const opened = { scope, plan: { image: { rootimgdir: folder.path } } } as unknown as OpenedImage;
    const written = { name: 'rootimg.sfs', packed: { path } } as unknown as WrittenFile;
    const known = { members: memberTable(), states: new Map() };
    for (const name of ['.', 'a', 'b', 'c']) known.members.addAt(name, whiteoutAt(name));
    const chosen = {
      ...{ below: [layer('0'), own, layer('1')], layer: undefined, known, since: 0 },
      origins: Uint16Array.of(3, 0, 1, 2),
    };
    const listed = await listLayers(opened, chosen, written, digested);
    expect(listed.record.layers).toEqual([layer('0'), layer('1'), own]);
    const kept = await readKeptMembers(listed.members);
    expect([...(kept?.origins ?? [])]).toEqual([2, 0, 2, 1]);
    expect(listed.files.get(own.file)).toBe(path);
  });
});
