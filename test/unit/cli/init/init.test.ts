import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { firstImage } from '../../../../src/cli/init/first-image.ts';
import { runCommand } from '../../../../src/cli/main.ts';
import { fileStore } from '../../../../src/definition/file-store.ts';
import { recordedIo } from '../../../lib/recorded-io.ts';

let base: string;
beforeEach(async () => void (base = await mkdtemp(join(tmpdir(), 'rootimg-init-'))));
afterEach(() => rm(base, { recursive: true, force: true }));

const netboot = join(process.cwd(), 'share/xcat/netboot');
const store = () => fileStore(join(base, 'etc'), async () => () => {});

async function init(words: readonly string[], answers?: (string | undefined)[], env = {}) {
  const { io, said } = recordedIo({
    env: { ROOTIMG_HOME: join(base, 'etc'), XCATROOT: process.cwd(), ...env },
    ...(answers === undefined ? {} : { ask: async () => answers.shift() }),
  });
  return { status: await runCommand(io, ['init', ...words], 'rootimg'), ...said };
}

/** A site whose folders are in the test's own. */
async function defineSite(): Promise<void> {
  await mkdir(join(base, 'etc/site'), { recursive: true });
  const text = `clustersite:\n    objtype=site\n    installdir=${base}/i\n    tftpdir=${base}/t\n    timezone=UTC\n`;
  await writeFile(join(base, 'etc/site/clustersite.stanza'), text);
}

it('needs a terminal or --yes, and changes nothing without', async () => {
  expect(await init([])).toMatchObject({ status: 2, stderr: expect.stringContaining('--yes asks nothing') });
  expect(await readdir(base)).toEqual([]);
});

it('--yes keeps what the site says, makes its folders, and may be run again', async () => {
  await defineSite();
  const { image } = await firstImage(join(base, 'i'), netboot);
  expect(await init(['--yes'])).toMatchObject({ status: 0 });
  expect((await readdir(base)).sort()).toEqual(['etc', 'i', 't']);
  const site = (await store().read('site', 'clustersite'))?.attributes;
  expect(Object.fromEntries(site ?? [])).toMatchObject({ installdir: `${base}/i`, timezone: 'UTC' });
  expect(await store().list('osimage')).toEqual(image === undefined ? [] : [image.name]);
  if (image === undefined) return;
  await store().write('osimage', [{ ...image, attributes: new Map([['profile', 'mine']]) }]);
  expect(await init(['--yes'])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('was defined before'),
  });
  expect((await store().read('osimage', image.name))?.attributes.get('profile')).toBe('mine');
});

it('takes the five answers', async () => {
  const { image } = await firstImage('/install', netboot);
  const answers = [join(base, 'i'), join(base, 't'), '10.1.0.1', 'http://repo/os', 'mine'];
  expect(await init([], answers)).toMatchObject({ status: 0 });
  expect((await store().read('site', 'clustersite'))?.attributes.get('master')).toBe('10.1.0.1');
  if (image === undefined) return;
  const made = (await store().read('osimage', 'mine'))?.attributes;
  expect(made?.get('pkgdir')).toBe('http://repo/os');
  expect(made?.get('rootimgdir')).toMatch(new RegExp(`^${base}/i/netboot/.*/compute$`));
});

it('changes nothing when an answer is missing, a folder is none, or the definitions are those of xCAT', async () => {
  expect(await init([], [join(base, 'i')])).toMatchObject({ status: 1 });
  await writeFile(join(base, 'file'), '');
  const wrong = await init([], [join(base, 'i'), join(base, 'file'), '', '', '']);
  expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining('is not a folder') });
  const xcat = await init(['--yes'], undefined, { ROOTIMG_STORE: 'xcat' });
  expect(xcat).toMatchObject({ status: 1, stderr: expect.stringContaining('those of xCAT') });
  expect(await readdir(base)).toEqual(['file']);
});
