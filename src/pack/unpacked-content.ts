import { chmodSync } from 'node:fs';
import { toBinary, toPath } from '../base/bytes.ts';
import type { PackedContent } from '../plan/packed-content.ts';
import { openTree } from '../system/tree/open-tree.ts';
import { listErofs } from './formats/erofs/list-erofs.ts';
import { findHoles } from './formats/tar/find-holes.ts';
import { contentDigest } from './members/content-digest.ts';
import { isRegular } from './members/mode.ts';
import { selectMembers } from './select/select.ts';

/** What a packed root holds, of the folder (`tree`) into which all of it was unpacked. */
export async function unpackedContent(packed: string, tree: string): Promise<PackedContent> {
  if (packed.endsWith('.erofs')) await restoreRights(packed, tree);
  const root = openTree(toBinary(tree));
  try {
    const all = { rules: [], overrides: new Map(), identity: [], kept: new Set<string>(), time: 0 };
    const { members } = await selectMembers({ root, ...all });
    return await contentDigest(root, members, await findHoles(root, members));
  } finally {
    root.close();
  }
}

const setId = 0o6000;

/** fsck.erofs gives owners only after modes, which ends setuid and setgid bits of files. */
async function restoreRights(packed: string, tree: string): Promise<void> {
  await listErofs(packed, ({ path, mode = 0 }) => {
    if (isRegular(mode) && (mode & setId) !== 0)
      chmodSync(toPath(`${toBinary(tree)}/${path}`), mode & 0o7777);
  });
}
