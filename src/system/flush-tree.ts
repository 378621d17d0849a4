import { run } from './exec.ts';

/**
 * Writes all that is in the file system of `path` to the disk, content and names (syncfs(2), which Node does
 * not have): one call for a whole tree, where flushing each of its files would take as long as installing
 * them.
 */
export async function flushTree(path: string): Promise<void> {
  await run(['sync', '--file-system', path], { action: `write ${path} to the disk` });
}
