import { readFileSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readKeptMembers } from '../../../../src/pack/layers/keep-members.ts';
import { memberTable } from '../../../../src/pack/members/member-table.ts';
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
