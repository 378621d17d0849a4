import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { RootimgError } from '../base/errors.ts';
import { readRegularFile } from '../base/regular-file.ts';
import { writeFile } from '../base/write-file.ts';
import { run } from '../system/exec.ts';

/** No kernel comes near. */
const mostBytes = 512 * 1024 * 1024;

/** Where a compressed kernel is in its file, and how it is compressed. */
interface Payload {
  readonly start: number;
  readonly end: number;
  readonly compression: string;
}

/**
 * The kernel file as QEMU loads it itself: boot loaders unpack a kernel that is a gzip file (aarch64,
 * riscv64, ppc64le), and UEFI starts one that unpacks itself; QEMU knows these of some architectures and since
 * some release. Where there is something to unpack, that is done into `folder`. Errors: a compression that we
 * do not know.
 */
export async function kernelForQemu(kernel: string, folder: string): Promise<string> {
  const bytes = await readRegularFile(kernel, mostBytes);
  const payload = compressedKernel(bytes);
  if (payload === undefined) return kernel;
  const { start, end, compression } = payload;
  const packed = bytes.subarray(start, end);
  const file = join(folder, 'kernel');
  if (compression === 'gzip') {
    await writeFile(file, await promisify(gunzip)(packed));
    return file;
  }
  if (!compression.startsWith('zstd')) {
    const message = `${kernel} is compressed by ${compression}, which is not unpacked for virtual machines here.`;
    throw new RootimgError('boot-kernel', message, { hint: 'Boot it with --firmware uefi.' });
  }
  await writeFile(`${file}.zst`, packed);
  await run(['zstd', '-dqf', `${file}.zst`, '-o', file], { action: 'unpack the kernel' });
  return file;
}

/**
 * A gzip file, or an EFI program that holds a compressed kernel (Linux, libstub/zboot-header.S: `MZ`, `zimg`
 * at 4, offset and size of what it holds at 8 and 12, the name of the compression at 24). Undefined for any
 * other.
 */
export function compressedKernel(bytes: Buffer): Payload | undefined {
  if (bytes.toString('latin1', 0, 3) === '\x1f\x8b\x08') {
    return { start: 0, end: bytes.length, compression: 'gzip' };
  }
  if (bytes.length < 64 || bytes.toString('latin1', 0, 2) !== 'MZ') return undefined;
  if (bytes.toString('latin1', 4, 8) !== 'zimg') return undefined;
  const start = bytes.readUInt32LE(8);
  const [compression = ''] = bytes.toString('latin1', 24, 56).split('\0');
  return { start, end: start + bytes.readUInt32LE(12), compression };
}
