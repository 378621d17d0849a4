import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Problem } from '../base/errors.ts';
import { listGap, splitCommaList } from './comma-list.ts';
import { attribute, type ImageDefinition } from './definition.ts';
import { unreadable } from './list-file.ts';
import { refuseOther } from '../base/regular-file.ts';

/**
 * Sees whether every file that an attribute names can be read. `firstWord` is for entries that carry
 * arguments after the path. Names are relative to `cwd`.
 */
export async function checkReadable(
  definition: ImageDefinition,
  attributeName: string,
  cwd: string,
  firstWord = false,
): Promise<Problem[]> {
  const value = attribute(definition, attributeName);
  const { names, hasGap } = splitCommaList(value);
  const problems: Problem[] = [];
  if (hasGap) problems.push(listGap(attributeName, value, definition.origins.get(attributeName)));
  for (const name of names) {
    const path = resolve(cwd, firstWord ? (name.split(/\s+/)[0] ?? '') : name);
    const error = await readError(path);
    if (error !== undefined)
      problems.push(unreadable(path, attributeName, definition.origins.get(attributeName), error));
  }
  return problems;
}

async function readError(path: string): Promise<unknown> {
  try {
    refuseOther(path, await stat(path));
    await access(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return error;
  }
}
