import { toBinary } from '../../base/bytes.ts';
import { withTree } from '../../system/tree/open-tree.ts';
import { overwriteInTree } from '../../system/tree/change-tree.ts';
import { readInTree } from '../../system/tree/tree-files.ts';

/** libzypp's list of the packages that came only because others need them. */
const listPath = 'var/lib/zypp/AutoInstalled';

/** What libzypp writes at its head; it passes comments over when it reads the list. */
const head = /^# AutoInstalled generated .*$/m;

/** Puts `epoch` (seconds since 1970) where a tree's list of libzypp says when it was written. */
export function settleZypperTimes(root: string, epoch: number): void {
  withTree(toBinary(root), (tree) => {
    const list = readInTree(tree, listPath)?.toString();
    if (list === undefined || !head.test(list)) return;
    const time = new Date(epoch * 1000).toISOString();
    overwriteInTree(tree, listPath, Buffer.from(list.replace(head, `# AutoInstalled generated ${time}`)));
  });
}
