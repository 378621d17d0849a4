import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rmdir } from 'node:fs/promises';
import { RootimgError } from '../../base/errors.ts';
import { type Build, warn } from '../build-context.ts';
import { readMark, removeMark, setMark } from '../build-mark.ts';
import { anyExitCode, run } from '../../system/exec.ts';
import { throwIfStopped } from '../../system/signals.ts';
import { temporaryDir, temporaryPath } from '../../system/temp.ts';
import { makeTreeFolder, treeHas } from '../../system/tree-file.ts';

/** What must exist before anything can be mounted below a root. */
const mountPoints = [
  ['dev', 0o755],
  ['proc', 0o555],
  ['sys', 0o555],
  ['run', 0o755],
] as const;

/**
 * Makes the tree ready to be worked on: one that a killed build left unfinished is set aside by name and a
 * new one begun, a finished one is updated in place; with --fresh it stays as it is, and the new tree begins
 * beside it. Where the tree in its place is worked on, the mark stands from here on; --onlyinitrd works on it
 * where there are driver updates. A build that was cut off while it published left a whole tree.
 */
export async function prepareTree(build: Build): Promise<void> {
  const { folder, root, place, tree, plan } = build;
  if (plan.request.onlyinitrd) {
    const mark = await readMark(folder);
    await checkTreeForInitrd(build, mark?.whole ? undefined : mark?.step);
    const changes = plan.files.some(({ role }) => role === 'driverupdate');
    if (changes) await markTree(build);
    return;
  }
  await setAsideUnfinished(build);
  tree.isNew = !existsSync(root);
  if (root === place.root) await markTree(build);
  await beginTree(root, tree.isNew, build.treeTemporary);
}

async function markTree(build: Build): Promise<void> {
  await setMark(build.folder, 'Prepare the tree');
  build.tree.marked = true;
}

/**
 * Makes the folder of a tree, by way of `temporary` on its file system, with what must exist before anything
 * can be mounted below it, as far as it is not there.
 */
export async function beginTree(root: string, isNew: boolean, temporary: string): Promise<void> {
  if (isNew) await makeRoot(root, temporary);
  for (const [name, mode] of mountPoints) {
    if (await treeHas(root, name)) continue;
    await makeTreeFolder(root, name, mode);
  }
}

/**
 * Makes the folder of a new tree, on ext4 in a corner of the disk of its own: there what is in a folder lies
 * close to it, but the folders below a "top of directory hierarchies" (chattr(1)) are spread by their names.
 * Where a tree has just been deleted, ext4 without a journal passes over its inodes one by one for some
 * minutes, and a new tree in its place takes ten times as long.
 */
async function makeRoot(root: string, temporary: string): Promise<void> {
  const top = await temporaryDir(temporary, 'place');
  // Other file systems do without.
  await run(['chattr', '+T', top], { okCodes: anyExitCode }).catch(throwIfStopped);
  const folder = temporaryPath(top, 'tree');
  await mkdir(folder);
  await chmod(folder, 0o755);
  await rename(folder, root);
  await rmdir(top);
}

async function checkTreeForInitrd(build: Build, unfinishedStep: string | undefined): Promise<void> {
  if (unfinishedStep !== undefined) {
    throw new RootimgError(
      'tree-unfinished',
      `${build.root} is unfinished: its build stopped at '${unfinishedStep}'.`,
      { hint: 'Run genimage without --onlyinitrd to build it anew.' },
    );
  }
  if (!existsSync(build.root)) {
    throw new RootimgError('tree-missing', `There is no ${build.root} to make an initrd from.`, {
      hint: 'Run genimage without --onlyinitrd first.',
    });
  }
}

/** A tree that a killed build left unfinished is kept under another name. */
export async function setAsideUnfinished(build: Build): Promise<void> {
  const mark = await readMark(build.folder);
  if (mark === undefined || mark.whole === true || !existsSync(build.place.root)) return;
  await setAside(build, mark.step, mark.since);
}

/** An unfinished tree may hold work done by hand: it is kept under a name that says what it is. */
async function setAside(build: Build, step: string, since: string): Promise<void> {
  const time = new Date().toISOString().replace(/[-:]/g, '').replace(/\..*/, '');
  const kept = `${build.place.root}.unfinished-${time}`;
  await rename(build.place.root, kept);
  await removeMark(build.folder);
  warn(
    build,
    `${build.place.root} was left unfinished by a build that stopped at '${step}' (${since}). It is kept as ${kept}; a new tree is built.`,
  );
}
