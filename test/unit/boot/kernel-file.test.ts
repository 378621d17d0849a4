import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compressedKernel, kernelForQemu } from '../../../src/boot/kernel-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kernel-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An EFI program that holds a kernel, as Linux's zboot makes them. */
function zboot(packed: Buffer, compression: string): Buffer {
  const header = Buffer.alloc(64);
  header.write('MZ', 0);
  header.write('zimg', 4);
  header.writeUInt32LE(96, 8);
  header.writeUInt32LE(packed.length, 12);
  header.write(compression, 24);
  return Buffer.concat([header, Buffer.alloc(32, 1), packed, Buffer.alloc(16, 2)]);
}

async function unpacked(bytes: Buffer): Promise<string> {
  writeFileSync(join(folder, 'given'), bytes);
  return readFileSync(await kernelForQemu(join(folder, 'given'), folder), 'latin1');
}

test('a kernel that is no archive stays as it is', async () => {
  for (const bytes of ['MZ\0\0 a kernel with an EFI stub'.padEnd(99), '\x7fELF', '']) {
    expect(await unpacked(Buffer.from(bytes, 'latin1'))).toBe(bytes);
  }
});

test('gzip, and a kernel inside of an EFI program, are unpacked', async () => {
  const kernel = Buffer.from('the kernel itself');
  expect(await unpacked(gzipSync(kernel))).toBe('the kernel itself');
  expect(await unpacked(zboot(gzipSync(kernel), 'gzip'))).toBe('the kernel itself');
  const zstd = execFileSync('zstd', ['-c'], { input: kernel });
  expect(await unpacked(zboot(zstd, 'zstd22'))).toBe('the kernel itself');
});

test('another compression is told by name', async () => {
  const bytes = zboot(Buffer.from('x'), 'lz4');
  expect(compressedKernel(bytes)).toEqual({ start: 96, end: 97, compression: 'lz4' });
  await expect(unpacked(bytes)).rejects.toThrow(/compressed by lz4/);
});
