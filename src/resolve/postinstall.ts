import { createHash } from 'node:crypto';
import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Problem } from '../base/errors.ts';
import type { PlanFile, Postinstall } from '../plan/build-plan.ts';
import { listGap, splitCommaList } from './comma-list.ts';
import { unreadable } from './list-file.ts';
import { readRegularFile } from '../base/regular-file.ts';

export interface Postinstalls {
  readonly scripts: readonly Postinstall[];
  readonly files: readonly PlanFile[];
  readonly problems: readonly Problem[];
}

/**
 * Splits a postinstall attribute into scripts with their arguments, and sees that each can be run. Paths are
 * relative to `cwd`.
 */
export async function readPostinstalls(value: string | undefined, cwd: string): Promise<Postinstalls> {
  const scripts: Postinstall[] = [];
  const files: PlanFile[] = [];
  const problems: Problem[] = [];
  const { names, hasGap } = splitCommaList(value);
  if (hasGap) problems.push(listGap('postinstall', value));
  for (const name of names) {
    const [word = '', ...args] = name.split(/\s+/);
    const path = resolve(cwd, word);
    const found = await digest(path);
    if (typeof found !== 'string') {
      problems.push(found);
      continue;
    }
    scripts.push({ path, args });
    files.push({ path, sha256: found, role: 'postinstall' });
  }
  return { scripts, files, problems };
}

async function digest(path: string): Promise<string | Problem> {
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(path);
  } catch (error) {
    return unreadable(path, 'postinstall script', undefined, error);
  }
  if (!(await isExecutable(path))) {
    return {
      code: 'not-executable',
      message: `The postinstall script '${path}' is not executable.`,
      hint: `chmod +x ${path}`,
    };
  }
  return createHash('sha256').update(bytes).digest('hex');
}

/** The permission bits decide, for root too; access() alone says yes to root for some file systems' sake. */
async function isExecutable(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  if ((mode & 0o111) === 0) return false;
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
