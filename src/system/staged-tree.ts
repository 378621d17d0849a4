import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../base/errors.ts';
import { lastLines, run, start } from './exec.ts';
import { fileDigest } from './file-digest.ts';
import { flushFile } from '../base/flush.ts';
import { naming } from '../base/system-error.ts';
import { readIfThere } from '../base/read-if-there.ts';
import { flushTree } from './flush-tree.ts';
import { writeFileAtomic } from './publish.ts';
import { withScope } from './scope.ts';
import { temporaryDir, temporaryPath } from './temp.ts';
import { removeReplaced, settleSwap, swapIn } from './tree-swap.ts';
import { closeBeside, findTreePlace, openBeside, treeName } from './tree/tree-place.ts';

/** A tree on its way to a folder where its builder could not make it: see docs/mixed-cluster.md. */
export const stagedTreeName = 'staged-tree.tar';

/** What keeps owners by number, and all attributes. */
const faithful = ['--numeric-owner', '--xattrs', '--xattrs-include=*', '--acls'];

/** With `/.` the tree is packed also where its name in the folder is a link to another disk. */
export function packTreeArgv(from: string): string[] {
  return ['tar', '--create', '--format=posix', '--sparse', ...faithful, '-C', from, `${treeName}/.`];
}

export function unpackTreeArgv(file: string, to: string): string[] {
  return [
    'tar',
    '--extract',
    '--preserve-permissions',
    '--same-owner',
    ...faithful,
    '-C',
    to,
    '--file',
    file,
  ];
}

/** A staged tree on the disk beside its final name. */
export interface StagedTree {
  readonly temporary: string;
  readonly digest: string;
}

/** Writes the tree below `from` into `folder` as one file beside its final name, and reads it back. */
export async function writeStagedTree(from: string, folder: string): Promise<StagedTree> {
  const temporary = temporaryPath(folder, stagedTreeName);
  const hash = createHash('sha256');
  const file = await open(temporary, 'wx', 0o600);
  try {
    const tar = start(packTreeArgv(from));
    tar.stdin.end();
    for await (const chunk of tar.stdout as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await file.writeFile(chunk).catch(naming(temporary));
    }
    const { exitCode, stderr } = await tar.ended;
    if (exitCode !== 0) {
      throw new RootimgError('stage-copy', `${from} could not be copied.`, { details: lastLines(stderr) });
    }
    await file.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  const digest = hash.digest('hex');
  if ((await fileDigest(temporary)) !== digest) {
    await rm(temporary, { force: true });
    throw new RootimgError('stage-copy', `What was written to ${folder} does not read back the same.`);
  }
  return { temporary, digest };
}

/** Gives a staged tree its final name, with its digest beside it. */
export async function publishStagedTree(folder: string, { temporary, digest }: StagedTree): Promise<void> {
  const sums = join(folder, `${stagedTreeName}.sha256`);
  await rm(sums, { force: true });
  await rename(temporary, join(folder, stagedTreeName));
  await writeFileAtomic(sums, `${digest}  ${stagedTreeName}\n`);
}

/**
 * Two blocks of zeros end an archive; tar unpacks one that was cut off between two members without a word.
 */
async function endsAsTar(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const end = Buffer.alloc(1024, 1);
    if (size >= end.length) await file.read(end, 0, end.length, size - end.length);
    return end.every((byte) => byte === 0);
  } finally {
    await file.close();
  }
}

/**
 * Unpacks a staged tree that lies in the folder, and puts it in the place of the tree there; false when there
 * is none. To be called with the folder locked, on a host whose root may do everything there.
 */
export async function adoptStagedTree(folder: string): Promise<boolean> {
  const place = await findTreePlace(folder);
  await settleSwap(place);
  const file = join(folder, stagedTreeName);
  if (!existsSync(file)) return false;
  const wanted = (await readIfThere(`${file}.sha256`))?.split(' ')[0];
  if (wanted === undefined && !(await endsAsTar(file))) {
    throw new RootimgError('stage-damaged', `${file} is not whole.`, {
      hint: 'It is still being written, or was cut off on its way: wait, or copy it again.',
    });
  }
  if (wanted !== undefined && wanted !== (await fileDigest(file))) {
    throw new RootimgError('stage-damaged', `${file} does not have the digest in ${stagedTreeName}.sha256.`, {
      hint: 'It is still being copied, or was damaged on its way: copy it again.',
    });
  }
  await openBeside(place);
  await withScope(async (scope) => {
    scope.defer('the folder beside the tree', () => closeBeside(place));
    const temporary = await temporaryDir(place.beside, 'staged');
    scope.defer(temporary, () => rm(temporary, { recursive: true, force: true }));
    await run(unpackTreeArgv(file, temporary), { action: `unpack ${file}` });
    const tree = join(temporary, treeName);
    await refuseOtherThanFolder(tree, file);
    await flushTree(temporary);
    await swapIn(place, tree);
    // A digest without its archive would speak of the next one.
    await rm(`${file}.sha256`, { force: true });
    await rm(file);
    await removeReplaced(place);
    await flushFile(folder);
  });
  return true;
}

/** A link in the tree's place would make a folder of this host the image. */
async function refuseOtherThanFolder(tree: string, file: string): Promise<void> {
  if ((await lstat(tree).catch(() => undefined))?.isDirectory()) return;
  throw new RootimgError('stage-damaged', `${file} holds no folder ${treeName}: it is not a staged tree.`, {
    hint: 'Copy it again as genimage says, or remove it.',
  });
}
