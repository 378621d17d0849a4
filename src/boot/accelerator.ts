import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import os from 'node:os';
import { readTextFile } from '../base/regular-file.ts';
import { RootimgError } from '../base/errors.ts';
import { findTool, run } from '../system/exec.ts';
import type { Machine } from './machine.ts';
import type { Accelerator } from './qemu-argv.ts';

/**
 * argv of a QEMU that makes a halted machine with KVM and the host's processor, and leaves when its monitor
 * says so.
 */
export function kvmTrialArgv(program: string, machine: Machine): string[] {
  return [
    program,
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-S', '-m', '64M'],
    ...['-machine', machine.type, '-accel', 'kvm', '-cpu', 'host', '-monitor', 'stdio'],
  ];
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
 * KVM when the image is of this host's architecture, /dev/kvm opens, the processor has virtualisation (the
 * device is also there where it has none, and then a machine starts but never gets anywhere), and a trial
 * machine can be made. Else emulation.
 */
export async function chooseAccelerator(program: string, machine: Machine): Promise<Accelerator> {
  const { arch } = machine;
  if (arch !== os.machine()) return 'tcg';
  const opened = await open('/dev/kvm', 'r+').then((handle) => handle.close().then(isTrue), isFalse);
  if (!opened || !canVirtualise(arch, await readTextFile('/proc/cpuinfo'))) return 'tcg';
  const trial = run(kvmTrialArgv(program, machine), { input: 'quit\n', timeout: 20_000 });
  return trial.then(
    () => 'kvm',
    (error: unknown) => {
      if (error instanceof RootimgError && error.code === 'command-failed') return 'tcg';
      throw error;
    },
  );
}

/** Only x86 says in /proc/cpuinfo whether the processor can virtualise. */
export function canVirtualise(arch: string, cpuinfo: string): boolean {
  return arch !== 'x86_64' || /^flags\s*:.*\b(vmx|svm)\b/m.test(cpuinfo);
}
