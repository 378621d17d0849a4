import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { architectureOfNode } from '../../../src/kit/node-runtime.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-node-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function elf(byteOrder: 'little' | 'big', machine: number): Promise<string> {
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header[5] = byteOrder === 'little' ? 1 : 2;
  if (byteOrder === 'little') header.writeUInt16LE(machine, 18);
  else header.writeUInt16BE(machine, 18);
  await writeFile(join(folder, 'node'), header);
  return join(folder, 'node');
}

it.each([
  ['x86_64', 'little', 0x3e],
  ['aarch64', 'little', 0xb7],
  ['ppc64le', 'little', 0x15],
  ['ppc64', 'big', 0x15],
  ['s390x', 'big', 0x16],
  ['ELF machine 243', 'little', 243],
] as const)('reads %s from the header', async (name, byteOrder, machine) => {
  expect(await architectureOfNode(await elf(byteOrder, machine))).toBe(name);
});

it.each([
  ['a script', '#!/bin/sh\n'],
  ['nothing', ''],
  ['half a header', '\x7fELF'],
])('refuses %s', async (_name, content) => {
  await writeFile(join(folder, 'node'), content, 'latin1');
  await expect(architectureOfNode(join(folder, 'node'))).rejects.toThrow(/not a program of Linux/);
});
