import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegularFile } from '../../base/regular-file.ts';
import { initrdKey, type SignedList, signedListNames } from '../../plan/signed-list.ts';
import type { Manifest, PackedRecord } from '../../plan/manifest.ts';
import { writeFileAtomic } from '../../system/publish.ts';
import { generationDir, generationNumbers } from './generations.ts';

type SignedPack = Pick<PackedRecord, 'file' | 'sha256' | 'generation'>;

/**
 * Keeps the signed list that lies beside the published file with that file's generation, where there is one:
 * a rollback brings it back.
 */
export async function keepSignedList(rootimgdir: string, published: SignedPack | undefined): Promise<void> {
  if (published?.generation === undefined) return;
  if (!(await generationNumbers(rootimgdir)).includes(published.generation)) return;
  await copySignedList(rootimgdir, generationDir(rootimgdir, published.generation), published);
}

/**
 * To be called when `now` has been published: its signed list comes from `kept`, if it lies there, and one
 * that says nothing of it goes. Gives a warning when nodes wait for one: where there was a list before, and
 * where the initrd that `manifest` tells of has a key.
 */
export async function settleSignedList(
  rootimgdir: string,
  now: SignedPack,
  manifest: Manifest | undefined,
  kept: string | undefined,
): Promise<string[]> {
  const before = await readList(rootimgdir);
  if (before !== undefined && namesPack(before.list, now)) return [];
  for (const name of [...signedListNames].reverse()) await rm(join(rootimgdir, name), { force: true });
  if (kept !== undefined && (await copySignedList(kept, rootimgdir, now))) return [];
  const wait = `nodes with a key wait until ${now.file} is signed (rootimg sign, docs/booting.md).`;
  if (before !== undefined) {
    return [`${signedListNames[0]} was signed for another image and is removed: ${wait}`];
  }
  return initrdKey(manifest) === undefined ? [] : [`The image is not signed: ${wait}`];
}

/** Puts a list and its signature into a folder, the signature last, as it completes the list. */
export async function putSignedList(folder: string, { list, signature }: SignedList): Promise<void> {
  await writeFileAtomic(join(folder, signedListNames[0]), list);
  await writeFileAtomic(join(folder, signedListNames[1]), signature);
}

/** Copies the list when it names this pack; true when it does. */
async function copySignedList(from: string, to: string, pack: SignedPack): Promise<boolean> {
  const found = await readList(from);
  if (found === undefined || !namesPack(found.list, pack)) return false;
  await putSignedList(to, found);
  return true;
}

async function readList(folder: string): Promise<SignedList | undefined> {
  const [list, signature] = await Promise.all(
    signedListNames.map((name) => readRegularFile(join(folder, name)).catch(() => undefined)),
  );
  return list === undefined || signature === undefined ? undefined : { list, signature };
}

/**
 * Does the list say this digest of this file? As sha256sum writes it, and the initrd reads it: the first line
 * with the name counts.
 */
function namesPack(list: Buffer, { file, sha256 }: SignedPack): boolean {
  for (const line of list.toString('latin1').split('\n')) {
    const [, digest, name] = /^\s*(\S+)\s+\*?(.*?)\s*$/.exec(line) ?? [];
    if (name === file) return digest === sha256;
  }
  return false;
}
