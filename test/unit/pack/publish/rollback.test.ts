import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { generationDir } from '../../../../src/pack/publish/generations.ts';
import { finishRollback, foreignInitrd, rollback } from '../../../../src/pack/publish/rollback.ts';
import { markRollback } from '../../../../src/pack/publish/rollback-mark.ts';
import { rollbackMarkName } from '../../../../src/plan/generation.ts';
import { silentReporter } from '../../../../src/report/silent.ts';
import { withScope } from '../../../../src/system/scope.ts';
import { builtRecord } from '../../../lib/built-record.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const names = ['kernel', 'initrd-stateless.gz', 'rootimg.cpio.gz'] as const;
const tftp = () => join(folder.path, 'tftp/xcat/osimage/img');
const place = () => join(folder.path, 'image');

/** Files of one set, each of the text that its name and `version` are, below `at`. */
async function putSet(at: string, version: number, generation: number): Promise<void> {
  const text = (name: string) => `${name} ${version}`;
  for (const name of names) await folder.file(`${at}/${name}`, text(name));
  const root = text('rootimg.cpio.gz');
  const bootFiles = Object.fromEntries(names.slice(0, 2).map((name) => [name, sha256(text(name))]));
  const pack = {
    ...{ finished: '2024-01-01T00:00:00Z', file: 'rootimg.cpio.gz', method: 'cpio', compressor: 'gzip' },
    ...{
      uuid: `u${version}`,
      members: 1,
      leftOut: 0,
      contentBytes: 1,
      size: root.length,
      sha256: sha256(root),
    },
    ...{ warnings: [], generation, bootFiles },
  };
  const image = { name: 'img', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute' };
  const build = builtRecord(text('initrd-stateless.gz'));
  await folder.file(`${at}/manifest.json`, JSON.stringify({ schema: 1, image, build, pack }));
}

beforeEach(async () => {
  for (const number of [1, 2, 3]) await putSet(`image/generations/${number}`, number, number);
  await putSet('image', 3, 3);
});

const published = (at = place()) =>
  ['kernel', 'initrd-stateless.gz', 'initrd-statelite.gz', 'rootimg.cpio.gz'].flatMap((name) =>
    existsSync(join(at, name)) ? [readFileSync(join(at, name), 'utf8').split(' ')[1]] : [],
  );

async function roll(generation?: number) {
  const warnings: string[] = [];
  const request = { name: 'img', rootimgdir: place(), tftpImageDir: tftp() };
  const reporter = { ...silentReporter(), warn: (text: string) => void warnings.push(text) };
  const number = await rollback(
    { ...request, ...(generation === undefined ? {} : { generation }) },
    reporter,
  );
  return { number, warnings };
}

test('without a number the set before the published one comes back, whole; again, the one before that', async () => {
  expect((await roll()).number).toBe(2);
  expect(published()).toEqual(['2', '2', '2', '2']);
  expect((await roll()).number).toBe(1);
  expect((await roll(3)).number).toBe(3);
  expect(published()).toEqual(['3', '3', '3', '3']);
  expect(existsSync(join(place(), rollbackMarkName))).toBe(false);
});

test('kernel and initrd come into the tftp folder where they were before', async () => {
  await roll(1);
  expect(existsSync(tftp())).toBe(false);
  await folder.folder('tftp/xcat/osimage/img');
  await roll(2);
  expect(published(tftp())).toEqual(['2', '2', '2']);
});

test('a set that is not there is told with those that are', async () => {
  await expect(roll(7)).rejects.toMatchObject({ code: 'no-generation', hint: 'Kept: 1, 2, 3.' });
  await roll(1);
  await expect(roll()).rejects.toMatchObject({
    message: expect.stringContaining('There is no older generation'),
  });
});

test('a set of which anything has changed is not published, and all of it is told', async () => {
  await folder.file('image/generations/2/kernel', 'another');
  await rm(join(generationDir(place(), 2), 'rootimg.cpio.gz'));
  await expect(roll()).rejects.toMatchObject({
    problems: [
      { code: 'generation-damaged', message: expect.stringContaining('2/kernel is not what was packed') },
      { code: 'generation-damaged', message: expect.stringContaining('2/rootimg.cpio.gz') },
    ],
  });
  expect(published()).toEqual(['3', '3', '3']);
  await folder.file('image/generations/1/manifest.json', 'x');
  await expect(roll(1)).rejects.toMatchObject({ code: 'generation-damaged' });
});

test('an initrd that is not of this genimage is warned of', async () => {
  const path = 'image/generations/2/manifest.json';
  const manifest = JSON.parse(readFileSync(join(folder.path, path), 'utf8'));
  manifest.build.initrd.sha256 = sha256('of another tool');
  await folder.file(path, JSON.stringify(manifest));
  expect((await roll(2)).warnings).toEqual([foreignInitrd([2], 'img')]);
  expect(foreignInitrd([1, 2], 'img')).toContain('generations 1, 2');
});

async function finish(): Promise<string[]> {
  const told: string[] = [];
  const reporter = { ...silentReporter(), info: (text: string) => void told.push(text) };
  await withScope((scope) => finishRollback(scope, { rootimgdir: place(), name: 'img' }, reporter));
  return told;
}

test('what a killed rollback began is finished, by the next run or the next rollback', async () => {
  await markRollback(place(), 1, [place()]);
  await rm(join(place(), 'kernel'));
  expect(await finish()).toEqual(['Finished a rollback to generation 1 that was cut off.']);
  expect(published()).toEqual(['1', '1', '1', '1']);
  expect(await finish()).toEqual([]);
  await markRollback(place(), 3, [place()]);
  expect((await roll()).number).toBe(3);
});

test('a pack that was cut off is not where anybody wanted to go back to', async () => {
  await markRollback(place(), 3, []);
  expect((await roll()).number).toBe(2);
});

test('a mark that a later build has overtaken is forgotten; one whose set is gone is told', async () => {
  await markRollback(place(), 1, [place()]);
  await folder.file('image/manifest.json', '{}');
  expect(await finish()).toEqual([]);
  expect(existsSync(join(place(), rollbackMarkName))).toBe(false);
  await markRollback(place(), 9, [place()]);
  await expect(finish()).rejects.toMatchObject({
    ...{ code: 'rollback-unfinished', hint: expect.stringContaining('kept: 1, 2, 3') },
  });
  await rm(join(place(), 'generations'), { recursive: true });
  await expect(finish()).rejects.toMatchObject({
    hint: expect.stringContaining('genimage --onlyinitrd img'),
  });
});
