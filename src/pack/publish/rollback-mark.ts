import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readTextFile } from '../../base/regular-file.ts';
import { RootimgError } from '../../base/errors.ts';
import { type RollbackMark, rollbackMarkName, rollbackMarkSchema } from '../../plan/generation.ts';
import { manifestName } from '../../plan/manifest.ts';
import { parseJson } from '../../plan/parse-json.ts';
import { writeFileAtomic } from '../../system/publish.ts';
import { readIfThere } from '../../base/read-if-there.ts';

/** Where kernel and initrd are besides the image folder: `<tftpdir>/xcat/osimage/<image>`. */
const bootFolder = /^(\/(?!\.\.?\/)[^/]+)*\/xcat\/osimage\/(?!\.\.?$)[^/]+$/;

/**
 * What a killed rollback has left to do; undefined when there was none, or when somebody has built or packed
 * since. Throws `rollback-mark` when nobody can know.
 */
export async function unfinishedRollback(rootimgdir: string): Promise<RollbackMark | undefined> {
  const path = join(rootimgdir, rollbackMarkName);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const mark = rollbackMarkSchema.safeParse(parseJson(text)).data;
  if (mark === undefined) {
    throw new RootimgError(
      'rollback-mark',
      `${path} cannot be read: a rollback was cut off, nobody knows to which generation.`,
      {
        hint: 'Publish one of them whole: rootimg rollback NAME n. When genimage has run since, remove the file.',
      },
    );
  }
  const stranger = mark.folders.find((folder) => folder !== rootimgdir && !bootFolder.test(folder));
  if (stranger !== undefined) {
    throw new RootimgError(
      'rollback-mark',
      `${path} names ${stranger}, which is not a folder of boot files.`,
      {
        hint: 'It was not written by rootimg: remove it.',
      },
    );
  }
  return mark.manifest === (await manifestDigest(rootimgdir)) ? mark : undefined;
}

/** What a mark says was under way. */
export function describeMark({ generation, folders }: RollbackMark): string {
  const isPack = folders.length === 0;
  return `${isPack ? 'the publication of' : 'a rollback to'} generation ${generation}`;
}

/** Says that a rollback is under way, or with no folders a pack, before anything is changed. */
export async function markRollback(
  rootimgdir: string,
  generation: number,
  folders: readonly string[],
): Promise<void> {
  const mark: RollbackMark = {
    generation,
    manifest: await manifestDigest(rootimgdir),
    folders: [...folders],
  };
  await writeFileAtomic(join(rootimgdir, rollbackMarkName), `${JSON.stringify(mark)}\n`);
}

async function manifestDigest(rootimgdir: string): Promise<string> {
  const text = await readTextFile(join(rootimgdir, manifestName)).catch(() => '');
  return createHash('sha256').update(text).digest('hex');
}
