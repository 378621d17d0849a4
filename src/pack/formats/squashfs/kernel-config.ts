import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextFile } from '../../../base/regular-file.ts';

/** Asks the kernel configurations that the image carries; all of them must have it, as any may boot. */
export async function kernelReadsZstd(rootDir: string): Promise<boolean> {
  const boot = await readdir(join(rootDir, 'boot')).catch(() => []);
  const modules = await readdir(join(rootDir, 'lib/modules')).catch(() => []);
  const paths = [
    ...boot.filter((name) => name.startsWith('config-')).map((name) => join(rootDir, 'boot', name)),
    ...modules.map((name) => join(rootDir, 'lib/modules', name, 'config')),
  ];
  const texts = await Promise.all(paths.map((path) => readTextFile(path).catch(() => undefined)));
  const configs = texts.filter((text) => text !== undefined);
  return configs.length > 0 && configs.every((text) => /^CONFIG_SQUASHFS_ZSTD=y$/m.test(text));
}
