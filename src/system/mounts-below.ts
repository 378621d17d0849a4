import { realpath } from 'node:fs/promises';
import { readTextFile } from '../base/regular-file.ts';

/**
 * Mount points at or below a folder, as the kernel lists them (proc_pid_mountinfo(5): field 5, octal
 * escapes).
 */
export function mountsBelow(mountinfo: string, folder: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((field) =>
      field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
    .filter((point) => point === folder || point.startsWith(`${folder}/`));
}

/** Mount points at or below a folder of this host; empty when the folder does not exist. */
export async function findMountsBelow(folder: string): Promise<string[]> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined) return [];
  return mountsBelow(await readTextFile('/proc/self/mountinfo'), real);
}
