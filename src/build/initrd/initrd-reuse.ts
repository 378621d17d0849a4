import { constants, copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initrdName } from '../../plan/generation.ts';
import { type BuiltRecord, manifestName, parseManifest } from '../../plan/manifest.ts';
import type { Build } from '../build-context.ts';
import { fileDigest } from '../../system/file-digest.ts';

/** What the manifest says of the initrd that lies in rootimgdir. */
export async function readLastInitrd(build: Build): Promise<BuiltRecord['initrd'] | undefined> {
  const text = await readFile(join(build.folder, manifestName), 'utf8').catch(() => '');
  return parseManifest(text)?.build?.initrd;
}

/**
 * Copies the initrd of the last build to `file` when it was made of the same `inputs` and is still byte for byte what that build
 * published; false else.
 */
export async function reuseInitrd(
  build: Build,
  last: BuiltRecord['initrd'] | undefined,
  inputs: string,
  file: string,
): Promise<boolean> {
  if (last?.inputs !== inputs) return false;
  try {
    await copyFile(join(build.folder, initrdName), file, constants.COPYFILE_FICLONE);
    return (await fileDigest(file)) === last.sha256;
  } catch {
    return false;
  }
}
