import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readElf, type ReadAt } from '../base/elf.ts';
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
  const libraries = linkedLibraries(await listed(name, program));
  const beside = libraries
    .filter((path) => /\/libc\.so/.test(path))
    .map((path) => join(dirname(path), threadLibrary))
    .filter(existsSync);
  return [program, ...new Set([...libraries, ...beside])];
}

/**
 * What the program's own loader says that it would load, as ldd(1) has it said, which starts a shell and four
 * other programs for it; nothing for a program without a loader.
 */
async function listed(name: string, program: string): Promise<string> {
  const fd = openSync(program, 'r');
  try {
    const readAt: ReadAt = (offset, length) => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
    };
    if (readAt(0, 2).toString('latin1') === '#!') throw scriptFound(name, program);
    const loader = readElf(readAt)?.interpreter;
    if (loader === undefined) return '';
    const action = `find the libraries of ${name}`;
    return (await run([loader, '--list', program], { action })).stdout;
  } finally {
    closeSync(fd);
  }
}

function scriptFound(name: string, program: string): RootimgError {
  const message = `${program} is a script: where ${name} works nothing else is there.`;
  return new RootimgError('tool-script', message, {
    hint: `Put the folder of the real ${name} before it in PATH.`,
  });
}

/** From lines `NAME => PATH (ADDRESS)` and `PATH (ADDRESS)` of a loader. */
export function linkedLibraries(output: string): string[] {
  return [...output.matchAll(/(?<!\S)(\/\S+) \(0x[0-9a-f]+\)/g)].map((match) => match[1] ?? '');
}
