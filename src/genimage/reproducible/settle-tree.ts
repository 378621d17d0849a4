import { toBinary } from '../../base/bytes.ts';
import { settlePackageTimes } from '../../packages/package-times.ts';
import { withTree } from '../../system/tree/open-tree.ts';
import { overwriteInTree } from '../../system/tree/change-tree.ts';
import { readInTree } from '../../system/tree/tree-files.ts';
import { type Build, warn } from '../build-context.ts';
import { inStep } from '../build-step.ts';
import { clearCaches } from '../customise/temporary-files.ts';
import { withDaysUpTo } from './settle-accounts.ts';
import { withSourceTimeUpTo } from './settle-bytecode.ts';
import { clampTimes, walkTree } from './settle-times.ts';

/**
 * In a build that is to be the same bytes each time: takes out of the finished tree what tells when it was made
 * and in what order. What else would tell is never in it: see docs/rebuilding.md.
 */
export async function settleTree(build: Build): Promise<void> {
  const { root, plan } = build;
  const epoch = plan.sourceDateEpoch;
  if (epoch === undefined || plan.request.onlyinitrd) return;
  await inStep(build, 'Settle times and databases', async () => {
    // Scripts of postinstall may have run the package manager of the image.
    await clearCaches(build);
    for (const text of await settlePackageTimes(root, build, epoch)) warn(build, text);
    settleFiles(root, epoch);
  });
  settleTimes(build);
}

/** The times of a tree alone: once more when all programs that look at it have run. */
export function settleTimes({ root, plan }: Build): void {
  const epoch = plan.sourceDateEpoch;
  if (epoch === undefined || plan.request.onlyinitrd) return;
  withTree(toBinary(root), (tree) => clampTimes(tree, epoch));
}

const accounts = ['etc/shadow', 'etc/shadow-'];

function settleFiles(root: string, epoch: number): void {
  withTree(toBinary(root), (tree) => {
    for (const path of accounts) {
      const text = readInTree(tree, path)?.toString('latin1');
      if (text === undefined) continue;
      const settled = withDaysUpTo(text, epoch);
      if (settled !== text) overwriteInTree(tree, path, Buffer.from(settled, 'latin1'));
    }
    const compiled: string[] = [];
    walkTree(tree, (path, isFolder) => {
      if (!isFolder && path.endsWith('.pyc')) compiled.push(path);
    });
    for (const path of compiled) {
      const bytes = readInTree(tree, path);
      const settled = bytes === undefined ? undefined : withSourceTimeUpTo(bytes, epoch);
      if (settled !== undefined) overwriteInTree(tree, path, settled);
    }
  });
}
