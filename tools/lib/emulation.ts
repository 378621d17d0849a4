import { writeFile } from 'node:fs/promises';
import { RootimgError } from '../../src/base/errors.ts';
import { readTextFile } from '../../src/base/regular-file.ts';
import { binfmtFolder, readBinfmt } from '../../src/genimage/preflight/emulation/binfmt.ts';
import { checkEmulation } from '../../src/genimage/preflight/emulation/emulation.ts';
import type { Reporter } from '../../src/report/reporter.ts';
import { run } from '../../src/system/exec.ts';
import { ensureHostTools } from './host-packages.ts';

const tools = [
  {
    command: 'qemu-s390x-static',
    debian: 'qemu-user-static',
    el: 'qemu-user-static',
    why: 'runs programs of other architectures',
  },
];

/**
 * Lets this host run programs of an architecture: mounts binfmt_misc, installs the emulators, and registers
 * the one where nothing else did (a container without systemd). Gives why it cannot be, for a test that skips.
 */
export async function ensureEmulation(arch: string, reporter: Reporter): Promise<string | undefined> {
  const problem = async () => (await checkEmulation(arch)).problems[0]?.message;
  if ((await problem()) === undefined) return undefined;
  try {
    if (!(await readBinfmt()).mounted) {
      await run(['mount', '-t', 'binfmt_misc', 'binfmt_misc', binfmtFolder], { action: 'mount binfmt_misc' });
    }
    await ensureHostTools(tools, reporter);
    if ((await problem()) === undefined) return undefined;
    const line = await readTextFile(`/usr/lib/binfmt.d/qemu-${arch}.conf`);
    await writeFile(`${binfmtFolder}/register`, line.trim());
  } catch (error) {
    if (error instanceof RootimgError) return [error.message, ...error.details].join(' ');
    if (error instanceof Error) return error.message;
    throw error;
  }
  return problem();
}
