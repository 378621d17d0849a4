import { basename, dirname, join } from 'node:path';
import { run } from '../../system/exec.ts';
import type { Build } from '../build-context.ts';
import { makeTreeFolder, removeFromTree, treeStat } from '../../system/tree-file.ts';

/** xCAT: nodes that exist in the tree itself, for programs that run in it before /dev is mounted. */
const nodes = [
  ['dev/null', '1', '3'],
  ['dev/urandom', '1', '9'],
] as const;

/** Makes the nodes where there is none, or a plain file instead of one. */
export async function makeDeviceNodes(build: Build): Promise<void> {
  for (const [path, major, minor] of nodes) {
    if ((await treeStat(build.root, path))?.isCharacterDevice()) continue;
    await removeFromTree(build.root, path);
    const folder = join(build.root, await makeTreeFolder(build.root, dirname(path)));
    // A name that has come since is an error, never followed.
    await run(['mknod', '-m', '666', join(folder, basename(path)), 'c', major, minor], {
      action: `make ${path}`,
    });
  }
}
