import { join } from 'node:path';
import { exists } from '../../base/exists.ts';
import { RootimgError } from '../../base/errors.ts';
import { filesOfPack } from '../../plan/layer-list.ts';
import { signedListNames, type Signer } from '../../plan/signed-list.ts';
import { inPhase, type Reporter } from '../../report/reporter.ts';
import { digestOrReason } from '../../system/file-digest.ts';
import { lockImageDir } from '../../system/lock.ts';
import { withScope } from '../../system/scope.ts';
import { sweepTemporary } from '../../system/temp.ts';
import { generationDir, readManifest } from './generations.ts';
import { finishRollback } from './rollback.ts';
import { signBootFiles } from './sign-boot-files.ts';
import { putSignedList } from './signed-list.ts';

export interface SignRequest {
  readonly name: string;
  readonly rootimgdir: string;
  /** `<tftpdir>/xcat/osimage/<image>`, where the management node has kernel and initrd besides. */
  readonly tftpImageDir: string;
}

/**
 * Signs what is published of an image, in place and in its kept generation. Throws `not-packed` when nothing
 * is, and `image-changed` when the packed file is not what packimage wrote; then nothing is signed. Gives the
 * names of what was written.
 */
export async function signPublished(
  { name, rootimgdir, tftpImageDir }: SignRequest,
  signer: Signer,
  reporter: Reporter,
): Promise<string[]> {
  return withScope(async (scope) => {
    scope.defer('lock', await lockImageDir(rootimgdir, `rootimg sign ${name}`));
    await sweepTemporary(rootimgdir);
    await finishRollback(scope, { name, rootimgdir }, reporter);
    const manifest = await readManifest(rootimgdir);
    const pack = manifest?.pack;
    if (pack === undefined) {
      throw new RootimgError('not-packed', `${rootimgdir} has no packed image.`, {
        hint: `Run packimage ${name} first.`,
      });
    }
    await inPhase(reporter, `Check ${pack.file}`, async () => {
      for (const { file, sha256 } of filesOfPack(pack)) await checkPacked(join(rootimgdir, file), sha256);
    });
    const signed = await signer.signList(name, manifest, pack);
    const kept = pack.generation === undefined ? undefined : generationDir(rootimgdir, pack.generation);
    const folders = [rootimgdir, ...(kept !== undefined && (await exists(kept)) ? [kept] : [])];
    for (const folder of folders) await putSignedList(folder, signed);
    const boot = await signBootFiles(signer, rootimgdir, [...folders, tftpImageDir], pack.bootFiles);
    return [...signedListNames, ...boot];
  });
}

/** No signature for bytes that somebody has put there since. */
async function checkPacked(path: string, wanted: string): Promise<void> {
  const found = await digestOrReason(path);
  if (found === wanted) return;
  throw new RootimgError(
    'image-changed',
    `${path} is not what packimage wrote (sha256 ${found}, expected ${wanted}).`,
    {
      hint: 'Find out who changed it; then pack again, or roll back to a generation.',
    },
  );
}
