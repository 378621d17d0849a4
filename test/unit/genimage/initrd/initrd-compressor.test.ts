import { expect, it } from 'vitest';
import { chooseCompressor } from '../../../../src/genimage/initrd/initrd-compressor.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const choose = async () => (await chooseCompressor(folder.path, '6.1')).name;

it('zstd needs the kernel and the program, else gzip on as many processors as can be', async () => {
  expect(await choose()).toBe('gzip');
  await folder.file('usr/bin/pigz');
  expect(await choose()).toBe('pigz');
  await folder.file('usr/bin/zstd');
  expect(await choose()).toBe('pigz');
  await folder.file('lib/modules/6.1/config', 'CONFIG_A=y\nCONFIG_RD_ZSTD=y\n');
  expect(await choose()).toBe('zstd');
  await folder.file('boot/config-6.1', '# CONFIG_RD_ZSTD is not set\n');
  expect(await choose()).toBe('pigz');
});
