import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Problem } from '../errors.ts';
import { splitCommaList } from './comma-list.ts';
import { unreadable } from './list-file.ts';

/**
 * Sees whether every file that an attribute names can be read. `firstWord` is for entries that carry arguments after the path. Names are
 * relative to `cwd`.
 */
export async function checkReadable(
  attributeName: string,
  value: string | undefined,
  cwd: string,
  firstWord = false,
): Promise<Problem[]> {
  const { names, hasGap } = splitCommaList(value);
  const problems: Problem[] = [];
  if (hasGap) {
    problems.push({
      code: 'list-gap',
      message: `An empty name stands in ${attributeName}=${value}.`,
      hint: 'Take out the comma that is too much.',
    });
  }
  for (const name of names) {
    const path = resolve(cwd, firstWord ? (name.split(/\s+/)[0] ?? '') : name);
    const error = await readError(path);
    if (error !== undefined) problems.push(unreadable(path, attributeName, undefined, error));
  }
  return problems;
}

async function readError(path: string): Promise<unknown> {
  try {
    if ((await stat(path)).isDirectory()) return Object.assign(new Error(), { code: 'EISDIR' });
    await access(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return error;
  }
}
