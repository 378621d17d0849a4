import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyWhole } from '../../base/copy-file.ts';
import { RootimgError } from '../../base/errors.ts';
import { exists } from '../../base/exists.ts';
import { bootFiles, keptBootFiles } from '../../plan/generation.ts';
import { signatureEnds, type Signer } from '../../plan/signed-list.ts';
import { fileDigest } from '../../system/file-digest.ts';
import { writeFileAtomic } from '../../system/publish.ts';
import { throwIfStopped } from '../../system/signals.ts';

/**
 * Signs the kernel and initrd of rootimgdir as boot loaders check them. The signatures go beside every copy
 * of the same bytes in `folders`, under whichever name. `packed` has the digests that the root was packed
 * beside; where a file is another one by now, `image-changed` is thrown. Gives the names of the signatures;
 * none when the signer has no key for boot loaders.
 */
export async function signBootFiles(
  signer: Signer,
  rootimgdir: string,
  folders: readonly string[],
  packed: Readonly<Record<string, string>> | undefined,
): Promise<string[]> {
  const written: string[] = [];
  for (const kept of keptBootFiles) {
    const file = join(rootimgdir, kept);
    if (!(await exists(file))) continue;
    const signatures = await signer.signFile(file);
    if (signatures.length === 0) continue;
    // After signing: what was signed is what is compared.
    const digest = await fileDigest(file);
    if (packed?.[kept] !== undefined && packed[kept] !== digest) throw changed(file);
    for (const folder of folders) {
      for (const { name } of bootFiles.filter((one) => one.kept === kept)) {
        const copy = join(folder, name);
        if ((await fileDigest(copy).catch(throwIfStopped)) !== digest) continue;
        for (const { end, bytes } of signatures) await writeFileAtomic(`${copy}${end}`, bytes);
      }
    }
    written.push(...signatures.map(({ end }) => `${kept}${end}`));
  }
  return written;
}

function changed(file: string): RootimgError {
  return new RootimgError('image-changed', `${file} is not what the root was packed beside.`, {
    hint: 'Pack again when genimage has made it anew; else find out who changed it.',
  });
}

/**
 * Brings the signatures of a boot file along when it is copied: those of `from` come to lie beside `to`,
 * others there go.
 */
export async function copySignatures(from: string, to: string): Promise<void> {
  for (const end of signatureEnds) {
    await rm(`${to}${end}`, { force: true });
    if (await exists(`${from}${end}`)) await copyWhole(`${from}${end}`, `${to}${end}`);
  }
}
