import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isFolder } from '../../base/exists.ts';
import { flushFile } from '../../base/flush.ts';
import { RootimgError } from '../../base/errors.ts';
import { bootEntriesName } from '../../plan/boot-entries.ts';
import {
  generationsName,
  initrdName,
  kernelName,
  rollbackMarkName,
  secondInitrdName,
} from '../../plan/generation.ts';
import { keptMembersName } from '../../plan/layer-list.ts';
import { buildMarkName, manifestName } from '../../plan/manifest.ts';
import { run } from '../../system/exec.ts';
import { findMountsBelow } from '../../system/mounts-below.ts';
import { sweepTemporary, temporaryPath } from '../../system/temp.ts';
import { settleSwap } from '../../system/tree-swap.ts';
import { closeBeside, findTreePlace, openBeside, treeName } from '../../system/tree/tree-place.ts';
import { entriesOf } from './generations.ts';

/** Where `rootimg netboot` puts entries unless it is told otherwise. */
const entriesFolder = 'netboot';

/** Files of an image, and what describes them; nothing but the lists of an administrator may stay. */
const ownFiles: readonly string[] = [
  ...[kernelName, initrdName, secondInitrdName, manifestName, bootEntriesName],
  ...['boot.json', 'staged-tree.tar', rollbackMarkName, buildMarkName, keptMembersName],
];
const ownFolders = [generationsName, entriesFolder, 'logs'];
/** Packed roots in all forms, digests, signed lists; of statelite too. Signatures of kernel and initrd. */
const ownPattern = /^(rootimg[.-]|(kernel|initrd-state(less|lite)\.gz)\.)/;

/** Boot loader entries that lead to the image in this folder. Throws `boot-entries`. */
export async function bootedBy(rootimgdir: string, name: string): Promise<string[]> {
  const recorded = [...(await entriesOf(rootimgdir)).values()].flat();
  const folder = join(rootimgdir, entriesFolder);
  const usual = (await readdir(folder).catch(() => []))
    .filter((file) => /\.(ipxe|grub|pxelinux)$/.test(file) && file.startsWith(`${name}.`))
    .map((file) => join(folder, file));
  return [...new Set([...recorded, ...usual])].sort();
}

/**
 * Removes tree, kernel, initrds, packed roots, kept sets and what describes them; says each before. The folder
 * and what else lies there stay. Throws `tree-mounted` before anything is removed. Only for the holder of the
 * folder's lock.
 */
export async function removeImageFiles(rootimgdir: string, tell: (line: string) => void): Promise<void> {
  await removeTree(rootimgdir, tell);
  for (const name of (await readdir(rootimgdir)).sort()) {
    const path = join(rootimgdir, name);
    const isDirectory = await isFolder(path);
    if (isDirectory && ownFolders.includes(name)) {
      tell(`Removing directory ${path}`);
      await rm(path, { recursive: true });
    } else if (!isDirectory && (ownFiles.includes(name) || ownPattern.test(name))) {
      tell(`Removing file ${path}`);
      await rm(path);
    }
  }
  await flushFile(rootimgdir);
}

/** Out of sight at once by rename; a link to a tree on another disk goes with its tree. */
async function removeTree(rootimgdir: string, tell: (line: string) => void): Promise<void> {
  const place = await findTreePlace(rootimgdir);
  await settleSwap(place);
  await sweepTemporary(rootimgdir);
  if (!existsSync(place.root)) return;
  const mounted = await findMountsBelow(place.root);
  if (mounted.length > 0) {
    throw new RootimgError(
      'tree-mounted',
      `${mounted.join(', ')} is mounted in the image: nothing is removed.`,
      {
        hint: `umount ${mounted.toReversed().join(' ')}`,
      },
    );
  }
  tell(`Removing directory ${join(rootimgdir, treeName)}`);
  await openBeside(place);
  const doomed = temporaryPath(place.beside, 'removed');
  await rename(place.root, doomed);
  await run(['rm', '-rf', '--one-file-system', '--', doomed], { action: 'delete the tree' });
  await closeBeside(place);
  if (place.isLinked) await rm(join(rootimgdir, treeName));
}
