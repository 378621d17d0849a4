import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../src/base/errors.ts';
import { type Action, decide, type Found } from './decide.ts';
import { digest, type InstallFile } from './install-tree.ts';
import type { InstallRecord } from './record.ts';

export interface Step {
  /** Relative to the prefix. */
  readonly path: string;
  readonly file: InstallFile;
  readonly found: Found;
  readonly action: Action;
}

export interface InstallPlan {
  readonly steps: readonly Step[];
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

/** Looks at every place that would be written; touches nothing. */
export async function planInstallation(
  target: string,
  files: readonly InstallFile[],
  former: InstallRecord | undefined,
): Promise<InstallPlan> {
  const steps: Step[] = [];
  for (const file of files) {
    const step = await planFile(target, file.path, file, former);
    steps.push(step);
    const beside = `${file.path}.new`;
    const stillBeside = step.action === 'keep' && former?.files[beside] !== undefined;
    if (step.action === 'keep-beside-new' || stillBeside) {
      steps.push(await planFile(target, beside, file, former));
    }
  }
  return {
    steps,
    problems: steps.flatMap((step) => problemOf(target, step)),
    notices: steps.flatMap(noticeOf),
  };
}

async function planFile(
  target: string,
  path: string,
  file: InstallFile,
  former: InstallRecord | undefined,
): Promise<Step> {
  const found = await lookAt(join(target, path));
  const recorded = former?.files[path];
  return { path, file, found, action: decide(found, recorded, file.sha256, file.kind) };
}

/** What stands at a path now. */
export async function lookAt(path: string): Promise<Found> {
  try {
    const state = await lstat(path);
    return state.isFile() ? { sha256: digest(await readFile(path)) } : 'other';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'absent';
    return 'other';
  }
}

function problemOf(target: string, { path, action }: Step): Problem[] {
  if (action !== 'refuse') return [];
  const message = `${join(target, path)} is not ours and would be overwritten.`;
  return [
    {
      code: 'not-ours',
      message,
      hint: 'Choose another prefix, such as /opt/rootimg, or move the file away.',
    },
  ];
}

function noticeOf({ path, action, found }: Step): string[] {
  if (action === 'keep-beside-new')
    return [`${path} was edited and stays as it is; the new one is ${path}.new.`];
  if (action === 'save-and-write' && typeof found === 'object') {
    return [`${path} was edited; that one is now ${savedName(path, found.sha256)}.`];
  }
  return [];
}

/** Named by its content, so that an edit that was saved before is never overwritten. */
export function savedName(path: string, sha256: string): string {
  return `${path}.saved-${sha256.slice(0, 8)}`;
}
