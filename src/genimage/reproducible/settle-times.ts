import { lutimesSync } from 'node:fs';
import { lookInTree, namesInTree, type Tree } from '../../system/tree/open-tree.ts';
import { joined } from '../../system/tree/path-parts.ts';

/** Calls `visit` with each path of a tree, `.` first, what is in a folder before the folder itself is left. */
export function walkTree(tree: Tree, visit: (path: string, isFolder: boolean) => void, path = '.'): void {
  const isFolder = lookInTree(tree, path)?.isDirectory() === true;
  visit(path, isFolder);
  if (!isFolder) return;
  for (const name of namesInTree(tree, path).sort()) walkTree(tree, visit, joined(path, name));
}

/** Sets every time of change that is later than `epoch` (seconds since 1970) to it; links, not what they lead to. */
export function clampTimes(tree: Tree, epoch: number): void {
  walkTree(tree, (path) => {
    const found = lookInTree(tree, path);
    if (found !== undefined && found.mtimeMs > epoch * 1000) lutimesSync(tree.at(path), epoch, epoch);
  });
}
