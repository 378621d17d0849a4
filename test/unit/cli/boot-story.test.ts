import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bootStory } from '../../../src/cli/boot-story.ts';
import type { Manifest } from '../../../src/plan/manifest.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const machine = {
  ...{ arch: 'x86_64', firmware: 'bios', pxe: false, accelerator: 'tcg', cpus: 2, memory: 2048 },
};
const boot = (file: string, sha256: string, ok = true) => ({
  ...{ file, sha256, ok, problems: [], machine },
  seconds: { target: 9, kernel: 1 },
});
const write = (value: unknown) =>
  writeFileSync(join(folder.path, 'boot.json'), typeof value === 'string' ? value : JSON.stringify(value));
const pack = { file: 'rootimg.sfs', sha256: 'a' } as Manifest['pack'];

test('the steps of one boot, in the order of time', async () => {
  write(boot('rootimg.sfs', 'a'));
  expect(await bootStory(folder.path, pack)).toEqual({
    ...{ ok: true, problems: [], machine: 'x86_64, bios, tcg, 2 cpus, 2048 MB', ofThisPack: true },
    steps: [
      ['kernel', 1],
      ['target', 9],
    ],
  });
});

test('of the boots of all forms that of the published one', async () => {
  write({ boots: [boot('rootimg.cpio.gz', 'b'), boot('rootimg.sfs', 'c', false)] });
  expect(await bootStory(folder.path, pack)).toMatchObject({ ok: false, ofThisPack: false });
});

test.each(['', '{', '{"ok":true}', '{"boots":[]}'])('%j tells of no boot', async (text) => {
  write(text);
  expect(await bootStory(folder.path, pack)).toBeUndefined();
});
