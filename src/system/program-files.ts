import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RootimgError } from '../base/errors.ts';
import { findTool, run } from './exec.ts';

/**
 * What glibc loads by itself when a thread ends before its time; it lies beside libc and is in no list of
 * libraries.
 */
const threadLibrary = 'libgcc_s.so.1';

/**
 * Paths of a program and of all libraries that it is linked with, its loader included: what must be in a root
 * for it to run there. Throws
 * `tool-missing`, `tool-script`.
 */
export async function programFiles(name: string): Promise<readonly [string, ...string[]]> {
  const program = await findTool(name);
  if (program === undefined) throw new RootimgError('tool-missing', `${name} is not installed.`);
  if (await isScript(program)) {
    throw new RootimgError(
      'tool-script',
      `${program} is a script: where ${name} works nothing else is there.`,
      {
        hint: `Put the folder of the real ${name} before it in PATH.`,
      },
    );
  }
  // 1: it is linked with none.
  const { stdout } = await run(['ldd', program], {
    okCodes: [0, 1],
    action: `find the libraries of ${name}`,
  });
  const libraries = linkedLibraries(stdout);
  const beside = libraries
    .filter((path) => /\/libc\.so/.test(path))
    .map((path) => join(dirname(path), threadLibrary))
    .filter(existsSync);
  return [program, ...new Set([...libraries, ...beside])];
}

async function isScript(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2);
    return buffer.toString('latin1') === '#!';
  } finally {
    await file.close();
  }
}

/** From lines `NAME => PATH (ADDRESS)` and `PATH (ADDRESS)` of ldd(1). */
export function linkedLibraries(output: string): string[] {
  return [...output.matchAll(/(?<!\S)(\/\S+) \(0x[0-9a-f]+\)/g)].map((match) => match[1] ?? '');
}
