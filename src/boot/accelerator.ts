import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import os from 'node:os';
import { RootimgError } from '../errors.ts';
import { findTool, run } from '../system/exec.ts';
import type { Machine } from './machine.ts';
import type { Accelerator } from './qemu-argv.ts';

/** argv of a QEMU that opens KVM, makes an empty machine and leaves when its monitor says so. */
export function kvmTrialArgv(program: string): string[] {
  return [program, '-machine', 'none', '-accel', 'kvm', '-display', 'none', '-monitor', 'stdio'];
}

/** The first program of a machine that is installed. Errors: none is. */
export async function findQemu(machine: Machine): Promise<string> {
  for (const program of machine.programs) {
    if (!isAbsolute(program)) {
      const found = await findTool(program);
      if (found !== undefined) return found;
    } else if (await access(program, constants.X_OK).then(isTrue, isFalse)) return program;
  }
  throw new RootimgError(
    'tool-missing',
    `${machine.programs[0]} is not installed; it boots the image in a virtual machine.`,
    {
      hint: `Install ${machine.package}.`,
    },
  );
}

const isTrue = () => true;
const isFalse = () => false;

/**
 * KVM when the image is of this host's architecture, /dev/kvm opens, and QEMU can make a machine with it: the device is also there where
 * the processor offers no virtualisation. Else emulation.
 */
export async function chooseAccelerator(program: string, arch: string): Promise<Accelerator> {
  if (arch !== os.machine()) return 'tcg';
  const opened = await open('/dev/kvm', 'r+').then((handle) => handle.close().then(isTrue), isFalse);
  if (!opened) return 'tcg';
  const tried = await run(kvmTrialArgv(program), { input: 'quit\n', timeout: 20_000, okCodes: [0, 1] }).catch(
    (error: unknown) => {
      if (error instanceof RootimgError && error.code === 'command-failed') return undefined;
      throw error;
    },
  );
  return tried?.exitCode === 0 ? 'kvm' : 'tcg';
}
