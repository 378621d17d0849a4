import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Build } from '../../../src/genimage/build-context.ts';
import { openLogs } from '../../../src/genimage/logs.ts';
import { tftpWarnings } from '../../../src/genimage/preflight/tftp-folder.ts';
import { discardBootFiles, prepareBootFiles, putInPlace } from '../../../src/genimage/publish-boot-files.ts';
import { silentReporter } from '../../../src/report/silent.ts';
import { aPlan } from '../../unit/genimage/a-plan.ts';
import { plainTreePlace } from '../../../src/system/tree/tree-place.ts';

let base: string;
let folder: string;
let tftpdir: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-boot-files-'));
});
afterAll(() => rm(base, { recursive: true }));
beforeEach(async () => {
  const world = await mkdtemp(join(base, 'world-'));
  folder = join(world, 'image');
  tftpdir = join(world, 'tftpboot');
  await mkdir(folder);
});

const put = async (path: string, text: string) => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode: 0o600 });
  return path;
};

/** Publishes a kernel and an initrd that say these words. */
async function publish(kernel: string, initrd: string | undefined): Promise<void> {
  const root = join(folder, 'rootimg');
  const temporary = await mkdtemp(join(folder, 'tmp-'));
  const file = join(temporary, 'made');
  if (initrd !== undefined) await put(file, initrd);
  const tftpImageDir = join(tftpdir, 'xcat/osimage/compute');
  const build: Build = {
    ...{
      plan: aPlan({ tftpImageDir }),
      folder,
      root,
      place: plainTreePlace(folder),
      temporary,
      treeTemporary: temporary,
      warnings: [],
      times: {},
    },
    ...{ context: {} as Build['context'], reporter: silentReporter() },
    logs: openLogs(join(temporary, 'logs'), join(folder, 'logs')),
    tree: { isNew: false, marked: false, changed: false },
  };
  try {
    const prepared = await prepareBootFiles(build, {
      kernel: await put(join(temporary, 'k'), kernel),
      initrd: file,
    });
    await putInPlace(prepared).finally(() => discardBootFiles(prepared));
  } finally {
    await rm(temporary, { recursive: true });
  }
}

const published = (place = folder) =>
  ['kernel', 'initrd-stateless.gz', 'initrd-statelite.gz'].map((name) =>
    existsSync(join(place, name)) ? readFileSync(join(place, name), 'utf8') : undefined,
  );

test('kernel and initrds lie in the image folder and for tftp, readable, and nothing else stays there', async () => {
  const there = join(tftpdir, 'xcat/osimage/compute');
  await put(join(there, '.rootimg-tmp-1-dead-kernel'), 'of a killed run');
  await put(join(there, 'by-hand'), '');
  await publish('kernel 1', 'initrd 1');
  await publish('kernel 2', 'initrd 2');
  for (const place of [folder, there]) {
    expect(published(place)).toEqual(['kernel 2', 'initrd 2', 'initrd 2']);
    expect(statSync(join(place, 'kernel')).mode & 0o777).toBe(0o644);
    expect(statSync(join(place, 'initrd-stateless.gz')).mode & 0o777).toBe(0o644);
  }
  const names = ['by-hand', 'initrd-stateless.gz', 'initrd-statelite.gz', 'kernel'];
  expect(readdirSync(there).sort()).toEqual(names);
});

test('a signature goes with the file that it was for, and stays with one that is the same', async () => {
  await publish('kernel 1', 'initrd 1');
  const signed = ['kernel.sig', 'kernel.cms', 'initrd-stateless.gz.sig', 'initrd-statelite.gz.cms'];
  for (const name of signed) await put(join(folder, name), 'signature');
  await publish('kernel 1', 'initrd 2');
  expect(signed.map((name) => existsSync(join(folder, name)))).toEqual([true, true, false, false]);
});

test('what fails before all is on the disk leaves the old set', async () => {
  await mkdir(tftpdir);
  await publish('kernel 1', 'initrd 1');
  await expect(publish('kernel 2', undefined)).rejects.toThrow('ENOENT');
  expect(published()).toEqual(['kernel 1', 'initrd 1', 'initrd 1']);
});

test('a new kernel is never beside an old initrd: the old kernel goes first, the new one comes last', async () => {
  await publish('kernel 1', 'initrd 1');
  // What cannot be replaced stops it half way.
  await rm(join(folder, 'initrd-stateless.gz'));
  await mkdir(join(folder, 'initrd-stateless.gz'));
  await expect(publish('kernel 2', 'initrd 2')).rejects.toThrow('initrd-stateless.gz');
  expect(existsSync(join(folder, 'kernel'))).toBe(false);

  await put(join(folder, 'kernel'), 'kernel 2');
  await expect(publish('kernel 2', 'initrd 2')).rejects.toThrow('initrd-stateless.gz');
  expect(readFileSync(join(folder, 'kernel'), 'utf8')).toBe('kernel 2');
});

test('a tftpdir that is not there is told, and not made; a node has none', async () => {
  await publish('kernel 1', 'initrd 1');
  expect(published()).toEqual(['kernel 1', 'initrd 1', 'initrd 1']);
  expect(existsSync(tftpdir)).toBe(false);
  const tftpImageDir = join(tftpdir, 'xcat/osimage/compute');
  expect(tftpWarnings(aPlan({ tftpImageDir }))).toEqual([
    `There is no ${tftpdir} (tftpdir of the site): kernel and initrd are not copied there.`,
  ]);
  expect(tftpWarnings(aPlan())).toEqual([]);
  await mkdir(tftpdir);
  expect(tftpWarnings(aPlan({ tftpImageDir }))).toEqual([]);
});
