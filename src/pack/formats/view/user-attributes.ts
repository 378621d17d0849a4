import { rmdir } from 'node:fs/promises';
import { run } from '../../../system/exec.ts';
import { namespaceArgv } from '../../../system/namespace.ts';
import { temporaryDir } from '../../../system/temp.ts';
import type { Tree } from '../../../system/tree/open-tree.ts';
import type { MemberTable } from '../../members/member-table.ts';
import { readXattrs } from '../../members/xattrs.ts';

/** Fails where a file system in memory takes no user attribute, as before Linux 6.6. Parameter: an empty folder. */
const trialScript = 'mount -t tmpfs tmpfs "$1" && : >"$1/file" && setfattr -n user.trial -v 1 "$1/file"';

/**
 * True when a layer of these members would lose attributes where it is laid out in memory: there are user
 * attributes among them, and this host's kernel keeps none there.
 */
export async function lacksUserAttributes(
  root: Tree,
  rootimgdir: string,
  members: MemberTable,
): Promise<boolean> {
  const xattrs = await readXattrs(root, members);
  const isUser = (index: number) => xattrs.at(index).some(({ name }) => name.startsWith('user.'));
  let index = 0;
  while (index < members.length && !isUser(index)) index += 1;
  if (index === members.length) return false;
  const work = await temporaryDir(rootimgdir, 'view');
  try {
    const argv = namespaceArgv(['sh', '-c', trialScript, 'trial', work], { network: false });
    return (await run(argv, { okCodes: [0, 1] })).exitCode !== 0;
  } finally {
    await rmdir(work);
  }
}
