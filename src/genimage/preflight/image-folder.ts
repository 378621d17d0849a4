import { chmod, chown, mkdtemp, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Problem } from '../../base/errors.ts';
import { problemsOf, RootimgError } from '../../base/errors.ts';
import { shownLine } from '../../base/secrets.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { findTool, run } from '../../system/exec.ts';
import { type BuildContext, localBuildFolder } from '../build-context.ts';
import { findMountsBelow } from '../../system/mounts-below.ts';
import { packTreeArgv, stagedTreeName } from '../../system/staged-tree.ts';
import { findTreePlace, treeName, type TreePlace } from '../../system/tree/tree-place.ts';

/** Bytes without which not even a small image fits. */
const leastSpace = 256 * 1024 * 1024;

/**
 * Looks whether the file system of the image folder can hold a root: space, owners, modes, device nodes,
 * capabilities, execution.
 */
export async function checkImageFolder(plan: BuildPlan, context: BuildContext): Promise<Problem[]> {
  const folder = plan.image.rootimgdir;
  const mounted = await findMountsBelow(join(folder, treeName));
  if (mounted.length > 0) {
    return [
      {
        code: 'tree-mounted',
        message: `Something is mounted below ${join(folder, treeName)}: ${mounted.join(', ')}.`,
        hint: `umount ${mounted.at(-1)}`,
      },
    ];
  }
  if (process.geteuid?.() !== 0) return [];
  let place: TreePlace;
  try {
    place = await findTreePlace(folder);
  } catch (error) {
    if (error instanceof RootimgError) return [...problemsOf(error)];
    throw error;
  }
  // Where the tree is on another disk, that one must be fit for it.
  const existing = await nearestExisting(place.isLinked ? dirname(place.root) : folder);
  return [...(await checkSpace(existing)), ...(await checkRights(existing, folder, context))];
}

async function nearestExisting(folder: string): Promise<string> {
  let path = folder;
  while (path !== '/' && (await stat(path).catch(() => undefined)) === undefined) path = dirname(path);
  return path;
}

async function checkSpace(folder: string): Promise<Problem[]> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= leastSpace) return [];
  const mebibytes = (bytes: number) => Math.floor(bytes / 1024 / 1024);
  return [
    {
      code: 'disk-full',
      message: `Only ${mebibytes(free)} MiB are free in ${folder}; a root image needs at least ${mebibytes(leastSpace)} MiB.`,
    },
  ];
}

/** What packages do as root, tried on a file of our own. */
const trials: readonly [string, (file: string) => Promise<unknown>][] = [
  ['change the owner of a file', (file) => chown(file, 1, 1)],
  ['set the setuid bit', setuid],
  ['make a device node', (file) => run(['mknod', `${file}.node`, 'c', '1', '3'])],
  ['give a file capabilities (an extended attribute)', setCapability],
  ['run a program', (file) => run([`${file}.sh`])],
];

async function checkRights(existing: string, folder: string, context: BuildContext): Promise<Problem[]> {
  let probe: string;
  try {
    probe = await mkdtemp(join(existing, '.rootimg-probe-'));
  } catch (error) {
    return [rightsProblem(folder, `write to ${existing} (${reason(error)})`, context)];
  }
  const failed: string[] = [];
  try {
    const file = join(probe, 'file');
    await writeFile(file, '');
    await writeFile(`${file}.sh`, '#!/bin/sh\n', { mode: 0o755 });
    for (const [what, attempt] of trials) {
      await attempt(file).catch((error: unknown) => failed.push(`${what} (${reason(error)})`));
    }
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
  return failed.length === 0 ? [] : [rightsProblem(folder, failed.join(', nor '), context)];
}

async function setuid(file: string): Promise<void> {
  await chmod(file, 0o4755);
  if (((await stat(file)).mode & 0o7777) !== 0o4755) throw new Error('the bit did not stay');
}

async function setCapability(file: string): Promise<void> {
  await chown(file, 0, 0);
  if ((await findTool('setcap')) !== undefined) await run(['setcap', 'cap_net_raw=ep', file]);
  else if ((await findTool('setfattr')) !== undefined)
    await run(['setfattr', '-n', 'trusted.rootimg', '-v', '1', file]);
}

function reason(error: unknown): string {
  if (error instanceof RootimgError) {
    return error.details.filter((line) => !line.startsWith('command: ')).at(-1) ?? error.message;
  }
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}

function rightsProblem(folder: string, what: string, context: BuildContext): Problem {
  return {
    code: 'folder-unfit',
    message: `Root cannot ${what} in ${folder}. The folder may be on NFS with root_squash, or mounted with noexec.`,
    hint: [
      'Build in a local folder and copy the result back; packimage takes it from there:',
      ...shownLine(context.localLine).split('\n'),
      ...copyBackLines(localBuildFolder, folder),
      `Or let genimage do both: add --stage ${localBuildFolder}`,
    ].join('\n'),
  };
}

/**
 * Commands for a shell that copy an image to a folder where its tree cannot be made: the tree goes as one
 * file.
 */
export function copyBackLines(local: string, folder: string): string[] {
  const [from, to] = [shellWord(local), shellWord(folder)];
  const staged = `${folder}/${stagedTreeName}`;
  const tar = [...packTreeArgv(local), '--file', `${staged}.part`];
  // Of an earlier copy: it would speak of this one.
  const forget = ['rm', '-f', `${staged}.sha256`];
  const publish = ['mv', `${staged}.part`, staged];
  return [
    [`mkdir -p ${to}`, ...[tar, forget, publish].map((argv) => argv.map(shellWord).join(' '))].join(' && '),
    `cp ${from}/kernel ${from}/initrd-state* ${from}/manifest.json ${to}/`,
  ];
}

function shellWord(word: string): string {
  return /^[\w/.,:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
