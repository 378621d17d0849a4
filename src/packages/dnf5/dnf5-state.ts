import { removeFromTree, treeHas, treeNames } from '../../system/tree-file.ts';
import type { PackageSite } from '../manager.ts';

/** Where dnf5 writes down why each package is there, and its transactions. */
const folder = 'usr/lib/sysimage/libdnf5';

const programs = ['usr/bin/dnf5', 'usr/bin/dnf5daemon-server'];

/**
 * Takes away what dnf5 wrote for itself: all of it where the image's own tools do not read it; else its
 * history, which holds paths of this host and a write-ahead log of megabytes. dnf5 begins a new one on the
 * node.
 */
export async function settleDnf5State({ root }: PackageSite): Promise<void> {
  await removeFromTree(root, 'var/lib/dnf/system-repo.lock');
  const read = await Promise.all(programs.map((program) => treeHas(root, program)));
  if (!read.includes(true)) return removeFromTree(root, folder);
  for (const name of await treeNames(root, folder)) {
    if (name.startsWith('transaction_history.sqlite')) await removeFromTree(root, `${folder}/${name}`);
  }
}
