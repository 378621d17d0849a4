import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readKeptMembers, writeKeptMembers } from '../../../../src/pack/layers/keep-members.ts';
import { beginLayers, chooseLayers } from '../../../../src/pack/steps/choose-layers.ts';
import type { OpenedImage } from '../../../../src/pack/steps/open.ts';
import type { SelectedFiles } from '../../../../src/pack/steps/select-files.ts';
import { keptMembersName } from '../../../../src/plan/layer-list.ts';
import type { Manifest } from '../../../../src/plan/manifest.ts';
import { silentReporter } from '../../../../src/report/silent.ts';
import { fileDigest } from '../../../../src/system/file-digest.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';
import { selectAll } from '../../../lib/selection.ts';

const folder = useFolder();
const layers = { share: 20, number: 2, rebase: false };
let told: string[];

interface Changes {
  readonly plan?: object;
  readonly pack?: object;
}

/** An image with one published layer. */
async function openedImage({ plan = {}, pack = {} }: Changes = {}): Promise<OpenedImage> {
  const file = 'rootimg-0.sfs';
  const sha256 = await fileDigest(join(folder.path, file));
  const published = {
    method: 'squashfs',
    sha256: 'list',
    contentBytes: 1000,
    layers: [{ file, size: 1000, sha256 }],
  };
  return {
    plan: { image: { name: 'img', rootimgdir: folder.path }, method: 'squashfs', layers, ...plan },
    reporter: { ...silentReporter(), info: (line: string) => void told.push(line) },
    root: openTree(join(folder.path, 'rootimg')),
    before: { pack: { ...published, ...pack } },
    tree: join(folder.path, 'rootimg'),
    scope: { defer: () => {} },
  } as unknown as OpenedImage;
}

/** What is chosen after 300 bytes of content have changed; how many there are is told by `since`. */
async function choose(changes: Changes = {}, since = Date.now() + 10_000) {
  const opened = await openedImage(changes);
  const selection = await selectAll(opened.root);
  const kept = readKeptMembers(join(folder.path, keptMembersName));
  return chooseLayers(opened, { selection } as unknown as SelectedFiles, { since, kept });
}

beforeEach(async () => {
  told = [];
  await folder.file('rootimg-0.sfs', Buffer.alloc(1000));
  for (const name of ['a', 'b', 'c']) await folder.file(`rootimg/${name}`, Buffer.alloc(100));
  const { mtimeMs } = await stat(join(folder.path, 'rootimg-0.sfs'));
  const { members } = await selectAll(openTree(join(folder.path, 'rootimg')));
  const header = { pack: 'list', files: [['rootimg-0.sfs', mtimeMs]] as [string, number][] };
  const known = { header, members, states: new Map(), origins: new Uint16Array(members.length) };
  await writeKeptMembers(join(folder.path, keptMembersName), known, { since: Date.now() + 10_000 });
});

describe('beginLayers', () => {
  it('is nothing for a pack that is not in layers, and the time of the file system else', async () => {
    expect(await beginLayers(await openedImage({ plan: { layers: undefined } }))).toBe(undefined);
    const begun = await beginLayers(await openedImage());
    expect(Math.abs(begun!.since - Date.now())).toBeLessThan(5000);
    expect((await begun?.kept)?.header.pack).toBe('list');
    const rebased = await beginLayers(await openedImage({ plan: { layers: { ...layers, rebase: true } } }));
    expect(await rebased?.kept).toBeUndefined();
  });

  it('refuses an initrd that cannot lay them, where there is one', async () => {
    const initrd = await folder.file('initrd-stateless.gz', 'initrd');
    const begin = async (abilities: readonly string[]) => {
      const opened = await openedImage();
      const built = { sha256: await fileDigest(initrd), modules: [], programs: [], abilities };
      return beginLayers({ ...opened, before: { build: { initrd: built } } as unknown as Manifest });
    };
    const refusal = 'The initrd of img cannot boot an image in layers';
    await expect(begin(['holes'])).rejects.toThrow(refusal);
    await expect(begin(['holes', 'layers'])).resolves.toHaveProperty('since');
    // Of another tool.
    await expect(beginLayers(await openedImage())).rejects.toThrow(refusal);
  });
});

describe('chooseLayers', () => {
  it('chooses nothing for a pack that is not in layers', async () => {
    const opened = await openedImage();
    const selected = { selection: await selectAll(opened.root) } as unknown as SelectedFiles;
    expect(await chooseLayers(opened, selected, undefined)).toBe(undefined);
  });

  it('chooses what has changed, above what is published', async () => {
    await folder.file('rootimg/b', Buffer.alloc(150));
    const chosen = await choose();
    expect(chosen?.below.map(({ file }) => file)).toEqual(['rootimg-0.sfs']);
    expect([...chosen!.layer!.members].map(({ path }) => path)).toEqual(['.', 'b']);
    expect([...chosen!.origins]).toEqual([0, 0, 1, 0]);
    expect(told).toEqual([]);
  });

  it.each([
    [{ plan: { layers: { ...layers, rebase: true } } }, 'it was asked for'],
    [{ pack: { layers: undefined } }, 'what is published is not in layers'],
    [{ plan: { method: 'erofs' } }, 'the published layers are squashfs'],
    [{ plan: { layers: { ...layers, number: 0 } } }, 'it has 0 layers, and 0 are the most'],
    [{ pack: { sha256: 'other' } }, 'nothing is known of the members of what is published'],
    [{ plan: { layers: { ...layers, share: 1 } } }, 'layers would take more than 1% of its size'],
  ] as const)('packs a new base for %o', async (changes, reason) => {
    await folder.file('rootimg/b', Buffer.alloc(150));
    expect(await choose(changes)).toMatchObject({ below: [], layer: undefined });
    expect(told).toEqual([`All of the image is packed, as a new base: ${reason}.`]);
  });

  it('reads a published file that somebody has touched, and packs a new base where it is another one', async () => {
    await folder.file('rootimg-0.sfs', Buffer.alloc(1000));
    expect((await choose())?.below).toHaveLength(1);
    const opened = { pack: { layers: [{ file: 'rootimg-0.sfs', size: 1000, sha256: 'other' }] } };
    await folder.file('rootimg-0.sfs', Buffer.alloc(1000));
    expect((await choose(opened))?.below).toEqual([]);
    expect(told[0]).toContain(`${folder.path}/rootimg-0.sfs is not what was packed`);
  });
});
