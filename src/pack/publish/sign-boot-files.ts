import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../../base/exists.ts';
import { bootFiles, keptBootFiles } from '../../plan/generation.ts';
import { signatureEnds, type Signer } from '../../plan/signed-list.ts';
import { fileDigest } from '../../system/file-digest.ts';
import { writeFileAtomic } from '../../system/publish.ts';

/**
 * Signs the kernel and initrd of rootimgdir as boot loaders check them. The signatures go beside every copy of the same bytes in `folders`, under
 * whichever name. Gives the names of the signed files; none when the signer has no key for boot loaders.
 */
export async function signBootFiles(
  signer: Signer,
  rootimgdir: string,
  folders: readonly string[],
): Promise<string[]> {
  const written: string[] = [];
  for (const kept of keptBootFiles) {
    const file = join(rootimgdir, kept);
    if (!(await exists(file))) continue;
    const signatures = await signer.signFile(file);
    const digest = signatures.length === 0 ? '' : await fileDigest(file);
    for (const folder of folders) {
      for (const { name } of bootFiles.filter((one) => one.kept === kept)) {
        const copy = join(folder, name);
        if (signatures.length === 0 || (await fileDigest(copy).catch(() => undefined)) !== digest) continue;
        for (const { end, bytes } of signatures) await writeFileAtomic(`${copy}${end}`, bytes);
      }
    }
    written.push(...signatures.map(({ end }) => `${kept}${end}`));
  }
  return written;
}

/** Brings the signatures of a boot file along when it is copied: those of `from` come to lie beside `to`, others there go. */
export async function copySignatures(from: string, to: string): Promise<void> {
  for (const end of signatureEnds) {
    await rm(`${to}${end}`, { force: true });
    if (await exists(`${from}${end}`)) await copyFile(`${from}${end}`, `${to}${end}`);
  }
}
