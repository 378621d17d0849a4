import { existsSync } from 'node:fs';
import { chmod, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../../errors.ts';
import { type Build, warn } from '../build-context.ts';
import { readMark, removeMark, writeMark } from '../build-mark.ts';
import { insideTree } from './tree-path.ts';
import { treeHas } from './tree-file.ts';

/** What must exist before anything can be mounted below a root. */
const mountPoints = [
  ['dev', 0o755],
  ['proc', 0o555],
  ['sys', 0o555],
  ['run', 0o755],
] as const;

/**
 * Makes the tree ready to be worked on: one that a killed build left unfinished is set aside by name and a new one begun, a finished one is
 * updated in place; with --fresh it stays as it is, and the new tree begins beside it. Where the tree in its place is worked on,
 * the mark stands from here on; --onlyinitrd works on it where there are driver updates.
 */
export async function prepareTree(build: Build): Promise<void> {
  const { folder, root, finalRoot, tree, plan } = build;
  const mark = await readMark(folder);
  if (plan.request.onlyinitrd) {
    await checkTreeForInitrd(build, mark?.step);
    const changes = plan.files.some(({ role }) => role === 'driverupdate');
    if (changes) await markTree(build);
    return;
  }
  if (mark !== undefined && existsSync(finalRoot)) await setAside(build, mark.step, mark.since);
  tree.isNew = !existsSync(root);
  if (root === finalRoot) await markTree(build);
  await beginTree(root, tree.isNew);
}

async function markTree(build: Build): Promise<void> {
  await writeMark(build.folder, 'Prepare the tree');
  build.tree.marked = true;
}

/** Makes the folder of a tree with what must exist before anything can be mounted below it, as far as it is not there. */
export async function beginTree(root: string, isNew: boolean): Promise<void> {
  await mkdir(root, { recursive: true });
  if (isNew) await chmod(root, 0o755);
  for (const [name, mode] of mountPoints) {
    if (await treeHas(root, name)) continue;
    const path = await insideTree(root, name);
    await mkdir(path, { recursive: true });
    await chmod(path, mode);
  }
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

/** An unfinished tree may hold work done by hand: it is kept under a name that says what it is. */
async function setAside(build: Build, step: string, since: string): Promise<void> {
  const time = new Date().toISOString().replace(/[-:]/g, '').replace(/\..*/, '');
  const kept = join(build.folder, `rootimg.unfinished-${time}`);
  await rename(build.finalRoot, kept);
  await removeMark(build.folder);
  warn(
    build,
    `${build.finalRoot} was left unfinished by a build that stopped at '${step}' (${since}). It is kept as ${kept}; a new tree is built.`,
  );
}
