import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepSignedList, putSignedList, settleSignedList } from '../../../../src/pack/publish/signed-list.ts';
import { signedListNames } from '../../../../src/plan/signed-list.ts';
import { builtRecord } from '../../../lib/built-record.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const pack = { file: 'rootimg.sfs', sha256: 'ab', generation: 1 };
const list = (digest = 'ab') => ({
  list: Buffer.from(`# x\n${digest}  rootimg.sfs\n`),
  signature: Buffer.from('s'),
});
const kept = () => join(folder.path, 'generations/1');
const listIn = (path: string) => signedListNames.map((name) => existsSync(join(path, name)));
const image = { name: 'i', osvers: 'o', arch: 'a', profile: 'p' };
const files = [{ path: '/k', sha256: '', role: 'sumskey' }];
const withKey = { schema: 1 as const, image, build: { ...builtRecord('x'), files } };

it('a list that names the published file goes with its generation, and comes back from there', async () => {
  await mkdir(kept(), { recursive: true });
  await putSignedList(folder.path, list());
  await keepSignedList(folder.path, pack);
  expect(listIn(kept())).toEqual([true, true]);
  await putSignedList(folder.path, list('of another'));
  expect(await settleSignedList(folder.path, pack, withKey, kept())).toEqual([]);
  expect(readFileSync(join(folder.path, 'rootimg.sums'), 'utf8')).toContain('ab  rootimg.sfs');
});

it('a list of another pack is not kept, and goes with a warning', async () => {
  await mkdir(kept(), { recursive: true });
  await putSignedList(folder.path, list('of another'));
  await keepSignedList(folder.path, pack);
  expect(listIn(kept())).toEqual([false, false]);
  expect((await settleSignedList(folder.path, pack, undefined, undefined))[0]).toContain(
    'signed for another image',
  );
  expect(listIn(folder.path)).toEqual([false, false]);
});

it('an image without a list is told of only where its initrd waits for one', async () => {
  expect(await settleSignedList(folder.path, pack, undefined, undefined)).toEqual([]);
  expect((await settleSignedList(folder.path, pack, withKey, undefined))[0]).toContain(
    'The image is not signed',
  );
});
