import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { machine, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { trialProgram } from '../../../../../src/genimage/preflight/emulation/trial-program.ts';
import { readElf } from '../../../../../src/base/elf.ts';

/** Class, byte order and machine, as each architecture's ABI numbers them. */
const kinds: Record<string, string> = {
  x86_64: '2 1 62',
  x86: '1 1 3',
  aarch64: '2 1 183',
  ppc64le: '2 1 21',
  ppc64: '2 2 21',
  s390x: '2 2 22',
  riscv64: '2 1 243',
};

test.each(Object.entries(kinds))('a program of %s is a static ELF file of it', (arch, kind) => {
  const program = trialProgram(arch) ?? Buffer.alloc(0);
  const elf = readElf((offset, length) => program.subarray(offset, offset + length));
  expect(elf).toEqual({ kind, interpreter: undefined, needed: [], runPath: [] });
});

test('other spellings are the same, and what we do not know is none', () => {
  expect(trialProgram('ppc64el')).toEqual(trialProgram('ppc64le'));
  expect(trialProgram('arm64')).toEqual(trialProgram('aarch64'));
  expect(trialProgram('vax')).toBeUndefined();
});

test('all 132 bytes of a big-endian program', () => {
  expect(
    trialProgram('ppc64')
      ?.toString('hex')
      .match(/.{1,32}/g),
  ).toEqual([
    '7f454c46020201000000000000000000',
    '00020015000000010000000000400078',
    '00000000000000400000000000000000',
    '00000002004000380001000000000000',
    '00000001000000050000000000000000',
    '00000000004000000000000000400000',
    '00000000000000840000000000000084',
    '00000000000100003860000038000001',
    '44000002',
  ]);
});

test('the program of this host exits with 0', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trial-'));
  const file = join(folder, 'trial');
  writeFileSync(file, trialProgram(machine()) ?? '', { mode: 0o755 });
  expect(spawnSync(file).status).toBe(0);
  rmSync(folder, { recursive: true });
});
