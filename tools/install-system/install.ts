import { chmod, rename, rm } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { version } from '../../src/cli/version.ts';
import { RootimgError, throwProblems } from '../../src/base/errors.ts';
import { findInstallation, type Installation } from '../../src/kit/installation.ts';
import { writeFileAtomic } from '../../src/system/publish.ts';
import { requireSafeFolder } from '../../src/base/safe-folder.ts';
import { throwIfStopped } from '../../src/system/signals.ts';
import { sweepTemporary } from '../../src/system/temp.ts';
import { refuseLiveXcat, refuseUnwritable } from './checks.ts';
import { foldersToMake, makeFolders, removeEmptyFolders } from './folders.ts';
import { installTree } from './install-tree.ts';
import { planInstallation, savedName, type Step } from './plan.ts';
import { type InstallRecord, readRecord, recordPath, writeRecord } from './record.ts';
import { removeFiles } from './remove-files.ts';

export interface InstallOptions {
  /** Absolute: where the program finds itself later. */
  readonly prefix: string;
  /** Put before the prefix, for makers of packages. */
  readonly destdir?: string;
}

export interface InstallReport {
  /** The prefix with destdir before it. */
  readonly target: string;
  readonly files: number;
  readonly written: number;
  readonly removed: number;
  /** One sentence for each file that somebody edited. */
  readonly notices: readonly string[];
}

/** The folder that an installation goes to. Throws `usage` for a relative prefix. */
export function targetOf({ prefix, destdir }: InstallOptions): string {
  if (!isAbsolute(prefix)) {
    throw new RootimgError('usage', `The prefix '${prefix}' is relative: an absolute folder was expected.`, {
      exitCode: 2,
    });
  }
  return destdir === undefined ? resolve(prefix) : join(resolve(destdir), prefix);
}

/**
 * Installs or renews everything below a prefix. Before the first byte is written, all files there that are
 * not ours are named in one error; profiles that the administrator edited stay. Each file is published by
 * rename; a killed run is finished by the next one.
 */
export async function installSystem(
  options: InstallOptions,
  source: Installation = findInstallation(),
): Promise<InstallReport> {
  const target = targetOf(options);
  await refuseLiveXcat(target);
  // Root runs what lies there; a package is made wherever its maker likes.
  if (options.destdir === undefined) await requireSafeFolder(target);
  const former = await readRecord(target);
  const files = await installTree(source);
  const plan = await planInstallation(target, files, former);
  throwProblems(plan.problems);
  await refuseUnwritable(target);

  const folders = await foldersToMake(target, [...plan.steps.map((step) => step.path), recordPath]);
  const record = recordOf(plan.steps, [...new Set([...(former?.folders ?? []), ...folders])]);
  await makeFolders(target, folders);
  await writeRecord(target, { ...record, complete: false, files: eitherDigest(former, record) });
  if (former?.complete === false) await sweepKilledRun(target, record.folders);
  for (const step of plan.steps) await carryOut(target, step);
  const { removed, notices } = await removeObsolete(target, former, record);
  await writeRecord(target, record);
  await removeEmptyFolders(target, record.folders);
  return {
    target,
    files: files.length,
    written: plan.steps.filter((step) => step.action.includes('write')).length,
    removed,
    notices: [...plan.notices, ...notices],
  };
}

function recordOf(steps: readonly Step[], folders: readonly string[]): InstallRecord {
  const files = Object.fromEntries(steps.map((step) => [step.path, [step.file.sha256]]));
  return { schema: 1, version, complete: true, folders: [...folders].sort(), files };
}

/** While files are being written each may hold what it held or what it shall hold. */
function eitherDigest(former: InstallRecord | undefined, record: InstallRecord): InstallRecord['files'] {
  const files: InstallRecord['files'] = { ...former?.files };
  for (const [path, digests] of Object.entries(record.files)) {
    files[path] = [...new Set([...(files[path] ?? []), ...digests])];
  }
  return files;
}

async function carryOut(target: string, { path, action, file, found }: Step): Promise<void> {
  throwIfStopped();
  const final = join(target, path);
  if (action === 'same') return chmod(final, file.mode);
  if (action === 'keep' || action === 'keep-beside-new') return;
  if (action === 'save-and-write' && typeof found === 'object')
    await rename(final, savedName(final, found.sha256));
  await writeFileAtomic(final, file.content, file.mode);
}

async function sweepKilledRun(target: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders) await sweepTemporary(join(target, folder)).catch(() => []);
}

/** What a former release installed and this one does not. */
async function removeObsolete(target: string, former: InstallRecord | undefined, record: InstallRecord) {
  const gone = Object.entries(former?.files ?? {}).filter(([path]) => record.files[path] === undefined);
  return removeFiles(target, gone);
}

/**
 * Removes what an installation put below the prefix, and the folders that it made and that are empty. Edited
 * files stay.
 */
export async function uninstallSystem(options: InstallOptions): Promise<InstallReport> {
  const target = targetOf(options);
  const record = await readRecord(target);
  if (record === undefined) {
    throw new RootimgError(
      'not-installed',
      `No rootimg is installed below ${target}: ${recordPath} is missing there.`,
    );
  }
  const { removed, notices } = await removeFiles(target, Object.entries(record.files));
  await rm(join(target, recordPath));
  await removeEmptyFolders(target, record.folders);
  return { target, files: 0, written: 0, removed, notices };
}
