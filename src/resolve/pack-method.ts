import { access, constants, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../base/errors.ts';
import {
  isArchive,
  type PackCompressor,
  packCompressors,
  type PackMethod,
  packMethods,
  streamCompressors,
} from '../plan/pack-names.ts';

/** The method of `-m`, cpio when it was not given, or the problem in xCAT's words. */
export function readMethod(asked: string | undefined): PackMethod | Problem {
  const method = asked ?? 'cpio';
  return (
    packMethods.find((one) => one === method) ?? {
      code: 'pack-method',
      message: `Invalid archive method '${method}' requested`,
      hint: `Known: ${packMethods.join(', ')}`,
    }
  );
}

/** The compressor of `-c` for a method, or the problem in xCAT's words. For a method that is none, any will do. */
export function readCompressor(asked: string, method: PackMethod | undefined): PackCompressor | Problem {
  const known: readonly PackCompressor[] =
    method !== undefined && isArchive(method) ? streamCompressors : packCompressors;
  return (
    known.find((one) => one === asked) ?? {
      code: 'pack-compressor',
      message: `Invalid compress method '${asked}' requested`,
      hint: `Known${method === undefined ? '' : ` for ${method}`}: ${known.join(', ')}`,
    }
  );
}

/**
 * The compressor when `-c` was not given: pigz where it is installed; in squashfs zstd where the image's own kernel reads it; else gzip.
 * In erofs lz4, which every kernel that has erofs reads and which is quick.
 */
export async function defaultCompressor(
  method: PackMethod,
  rootDir: string,
  searchPath: string,
): Promise<PackCompressor> {
  if (method === 'erofs') return 'lz4';
  if (method === 'squashfs') return (await kernelReadsZstd(rootDir)) ? 'zstd' : 'gzip';
  for (const folder of searchPath.split(':').filter((one) => one !== '')) {
    if (await isExecutable(join(folder, 'pigz'))) return 'pigz';
  }
  return 'gzip';
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Asks the kernel configurations that the image carries; all of them must have it, as any may boot. */
async function kernelReadsZstd(rootDir: string): Promise<boolean> {
  const boot = await readdir(join(rootDir, 'boot')).catch(() => []);
  const modules = await readdir(join(rootDir, 'lib/modules')).catch(() => []);
  const paths = [
    ...boot.filter((name) => name.startsWith('config-')).map((name) => join(rootDir, 'boot', name)),
    ...modules.map((name) => join(rootDir, 'lib/modules', name, 'config')),
  ];
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => undefined)));
  const configs = texts.filter((text) => text !== undefined);
  return configs.length > 0 && configs.every((text) => /^CONFIG_SQUASHFS_ZSTD=y$/m.test(text));
}
