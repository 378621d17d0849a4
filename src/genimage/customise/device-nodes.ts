import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { run } from '../../system/exec.ts';
import type { Build } from '../build-context.ts';
import { insideTree } from '../../system/tree-path.ts';

/** xCAT: nodes that exist in the tree itself, for programs that run in it before /dev is mounted. */
const nodes = [
  ['dev/null', '1', '3'],
  ['dev/urandom', '1', '9'],
] as const;

/** Makes the nodes where there is none, or a plain file instead of one. */
export async function makeDeviceNodes(build: Build): Promise<void> {
  for (const [path, major, minor] of nodes) {
    const node = await insideTree(build.root, path);
    const found = await stat(node).catch(() => undefined);
    if (found?.isCharacterDevice()) continue;
    await rm(node, { force: true });
    await mkdir(dirname(node), { recursive: true });
    await run(['mknod', '-m', '666', node, 'c', major, minor], { action: `make ${node}` });
  }
}
