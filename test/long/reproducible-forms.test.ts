import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sampleDebImage, sampleImage, sampleSuseImage, type SampleImage } from '../e2e/lib/sample-image.ts';
import { lockImage, publishedDigests, treeDigest, typeOn, unlikeHosts } from '../e2e/lib/unlike-hosts.ts';

/**
 * Sets of packages of three families, each built twice from its lock, on hosts that differ, and packed in
 * every form: the same bytes. Between the two nothing has changed, so nothing may be told of them.
 */
const forms = [
  [['squashfs', 'zstd'], 'rootimg.sfs'],
  [['erofs', 'lz4'], 'rootimg.erofs'],
  [['cpio', 'zstd'], 'rootimg.cpio.zst'],
  [['tar', 'gzip'], 'rootimg.tar.gz'],
] as const;

/** A sample image whose list is changed. */
async function changed(
  made: Promise<SampleImage>,
  change: (list: string[]) => string[],
): Promise<SampleImage> {
  const image = await made;
  const file = join(image.base, `${image.image}.pkglist`);
  const list = (await readFile(file, 'utf8')).trim().split('\n');
  await writeFile(file, `${change(list).join('\n')}\n`);
  return image;
}

const without = (names: readonly string[]) => (list: string[]) => list.filter((one) => !names.includes(one));
const sets: Readonly<Record<string, () => Promise<SampleImage>>> = {
  'EL, the whole list': () => sampleImage('set'),
  'EL, less': () => changed(sampleImage('set'), without(['nfs-utils', 'rsyslog', 'chrony', 'rsync', 'wget'])),
  'EL, more': () => changed(sampleImage('set'), (list) => [...list, 'acl', 'bc', 'net-tools', 'pciutils']),
  'Ubuntu, small': () => sampleDebImage('set'),
  'Ubuntu, more': () => changed(sampleDebImage('set'), (list) => [...list, 'rsync', 'ethtool', 'nfs-common']),
  'SLES 15': () => sampleSuseImage('set'),
  'Leap 15': () => sampleSuseImage('set', 'leap15.6'),
  'Leap 16': () => sampleSuseImage('set', 'leap16.0'),
  'Ubuntu, less': () => changed(sampleDebImage('set'), without(['iputils-arping'])),
};

/** Builds and packs in each form on one of the hosts; `manifests` keeps what was published. */
async function buildForms(admin: SampleImage, turn: number, manifests: string) {
  const { image } = admin;
  const host = unlikeHosts[turn] ?? expect.fail('there are two hosts');
  const base = join(admin.base, `host-${turn}`);
  const folder = join(base, turn === 0 ? 'image' : 'an/other/place');
  await typeOn(host, admin, base, ['chdef', '-t', 'osimage', '-o', image, `rootimgdir=${folder}`]);
  const kept = ['--keep-packages', join(admin.base, 'kept')];
  await typeOn(host, admin, base, ['genimage', '--locked', '--reproducible', ...kept, image]);
  const found: Record<string, unknown> = { tree: await treeDigest(folder) };
  for (const [[method, compressor], root] of forms) {
    const words = ['--reproducible', '-m', method, '-c', compressor, image];
    await typeOn(host, admin, base, ['packimage', ...words]);
    found[method] = await publishedDigests(folder, root);
    await copyFile(join(folder, 'manifest.json'), join(manifests, `${method}-${turn}.json`));
  }
  const checked = await admin.type('rootimg', 'check', image);
  expect(checked.status, checked.stdout + checked.stderr).toBe(0);
  await rm(base, { recursive: true });
  return found;
}

test.skipIf(process.arch !== 'x64').each(Object.entries(sets))(
  '%s: twice the same bytes in every form, and no difference is told',
  async (_name, make) => {
    const admin = await make();
    try {
      await lockImage(admin, admin.image);
      const first = await buildForms(admin, 0, admin.base);
      const second = await buildForms(admin, 1, admin.base);
      expect(second).toEqual(first);
      for (const [[method]] of forms) {
        const pair = [0, 1].map((turn) => join(admin.base, `${method}-${turn}.json`));
        const answer = await admin.type('rootimg', 'diff', ...pair);
        expect(answer).toMatchObject({
          status: 0,
          stdout: expect.not.stringMatching(/added|removed|changed/),
        });
      }
    } finally {
      await admin.leave();
    }
  },
);
