import { join } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import { readTextFile } from '../../base/regular-file.ts';
import { systemErrorWords } from '../../base/system-error.ts';
import { withUnpacked } from '../../inspect/diff/unpack.ts';
import type { ContentOf } from '../../inspect/stale/judge-node.ts';
import { unpackedContent } from '../../pack/unpacked-content.ts';
import { filesOfPack } from '../../plan/layer-list.ts';
import type { PackedRecord } from '../../plan/manifest.ts';
import { packedContentName, packedContentText, parsePackedContent } from '../../plan/packed-content.ts';
import { fileDigest } from '../../system/file-digest.ts';
import { writeFileAtomic } from '../../system/publish.ts';
import { listenForStop, throwIfStopped } from '../../system/signals.ts';

/**
 * Gives what finds out what packs hold, each once. The answer is kept beside the packed root, where that can
 * be: unpacking takes seconds.
 */
export function packContents(): ContentOf {
  const known = new Map<string, ReturnType<ContentOf>>();
  return ({ folder, manifest: { pack } }) => {
    if (pack === undefined) return Promise.resolve('nothing of it is packed');
    const found = known.get(pack.sha256) ?? contentIn(folder, pack);
    known.set(pack.sha256, found);
    return found;
  };
}

async function contentIn(folder: string, pack: PackedRecord): ReturnType<ContentOf> {
  const kept = join(folder, packedContentName);
  const content = parsePackedContent(await readTextFile(kept).catch(() => ''), pack.sha256);
  if (content !== undefined) return content;
  const found = await unpack(folder, pack).catch(asReason);
  if (typeof found !== 'string') {
    await writeFileAtomic(kept, packedContentText(pack.sha256, found)).catch(asReason);
  }
  return found;
}

async function unpack(folder: string, pack: PackedRecord): ReturnType<ContentOf> {
  if (process.getuid?.() !== 0) return 'only root can unpack what was packed';
  listenForStop();
  for (const { file, sha256 } of filesOfPack(pack)) {
    const path = join(folder, file);
    if ((await fileDigest(path)) !== sha256) return `${path} is not what its manifest tells of`;
  }
  const packed = join(folder, pack.file);
  const layers = (pack.layers ?? []).map(({ file }) => join(folder, file));
  return await withUnpacked(packed, layers, (tree) => unpackedContent(packed, tree));
}

/** What host or user are to blame for, in words; all else is thrown. */
function asReason(error: unknown): string {
  throwIfStopped();
  const words = systemErrorWords(error);
  if (words !== undefined) return words;
  if (!(error instanceof RootimgError)) throw error;
  const said = error.code === 'command-failed' ? error.details.slice(1).at(-1) : undefined;
  return said === undefined ? error.message : `${error.message}: ${said}`;
}
