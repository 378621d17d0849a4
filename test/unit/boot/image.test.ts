import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultMemory, loadImage } from '../../../src/boot/image.ts';

const pack = {
  finished: '2024-01-01T00:00:00Z',
  file: 'rootimg.cpio.gz',
  method: 'cpio',
  compressor: 'gzip',
  uuid: 'u',
  members: 1,
  leftOut: 0,
  contentBytes: 10,
  size: 6,
  sha256: 'ab',
  warnings: [],
};
const manifest = { schema: 1, image: { name: 'i', osvers: 'rocky9.4', arch: 'x86_64', profile: 'p' }, pack };

let folder: string;
const put = (name: string, text: string) => writeFile(join(folder, name), text);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('loadImage', () => {
  it('gives the files of a packed image', async () => {
    await put('manifest.json', JSON.stringify(manifest));
    for (const name of ['kernel', 'initrd-stateless.gz']) await put(name, 'x');
    await put('rootimg.cpio.gz', '123456');
    expect(await loadImage(folder, 'i')).toMatchObject({
      arch: 'x86_64',
      packed: join(folder, 'rootimg.cpio.gz'),
      pack: { uuid: 'u' },
    });
  });

  it('sends who has not packed yet to genimage and packimage', async () => {
    await expect(loadImage(folder, 'i')).rejects.toMatchObject({ code: 'not-packed', hint: /packimage i/ });
    await put('manifest.json', JSON.stringify({ ...manifest, pack: undefined }));
    await expect(loadImage(folder, 'i')).rejects.toMatchObject({ code: 'not-packed' });
  });

  it('names every file that is missing or not the packed one', async () => {
    await put('manifest.json', JSON.stringify(manifest));
    await put('kernel', 'x');
    await put('rootimg.cpio.gz', 'other bytes');
    const error = await loadImage(folder, 'i').catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      problems: [
        { code: 'boot-file-missing', message: expect.stringContaining('initrd-stateless.gz') },
        { code: 'boot-file-changed', message: expect.stringContaining('11 bytes') },
      ],
    });
  });
});

describe('defaultMemory', () => {
  const mebi = 1024 ** 2;

  it('gives small images 2048 MB', () => {
    expect(defaultMemory({ members: 1, method: 'cpio', contentBytes: 300 * mebi, size: 100 * mebi })).toBe(
      2048,
    );
  });

  it('holds an unpacked root in half of the memory', () => {
    const memory = defaultMemory({ members: 1, method: 'tar', contentBytes: 4000 * mebi, size: 1000 * mebi });
    expect(memory).toBeGreaterThanOrEqual(9000);
    expect(memory % 256).toBe(0);
  });

  it('needs less for squashfs', () => {
    expect(
      defaultMemory({ members: 1, method: 'squashfs', contentBytes: 4000 * mebi, size: 1000 * mebi }),
    ).toBe(2048);
  });
});
