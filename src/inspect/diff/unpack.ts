import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveLocale } from '../../system/archive-format.ts';
import { run } from '../../system/exec.ts';
import { workDir } from '../../system/work-dir.ts';

/**
 * Does `work` on what a packed root holds, unpacked with owners, modes and attributes by the tools of its
 * format; only for root. Gone again at the end.
 */
export async function withUnpacked<T>(packed: string, work: (tree: string) => Promise<T>): Promise<T> {
  const folder = await workDir('unpacked');
  try {
    const tree = join(folder, 'rootimg');
    if (!/\.(sfs|erofs)$/.test(packed)) await mkdir(tree);
    await run(unpackArgv(packed, tree), { action: `unpack ${packed}`, env: archiveLocale });
    return await work(tree);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** argv that unpacks a packed root, by the ending of its name; archives into a folder that exists. */
export function unpackArgv(packed: string, folder: string): string[] {
  if (packed.endsWith('.sfs')) return ['unsquashfs', '-no-progress', '-quiet', '-dest', folder, packed];
  if (packed.endsWith('.erofs')) return ['fsck.erofs', `--extract=${folder}`, packed];
  return ['bsdtar', '-x', '-p', '--numeric-owner', '--xattrs', '-f', packed, '-C', folder];
}

/** Whether the tool that unpacks it gives owners only after modes, which ends setuid bits, and no attributes. */
export function losesRights(packed: string): boolean {
  return packed.endsWith('.erofs');
}
