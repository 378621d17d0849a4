import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lookAt } from './plan.ts';

/** Removes recorded files that nobody edited; the edited ones stay and are named. */
export async function removeFiles(
  target: string,
  files: readonly (readonly [path: string, digests: readonly string[]])[],
): Promise<{ removed: number; notices: string[] }> {
  let removed = 0;
  const notices: string[] = [];
  for (const [path, digests] of files) {
    const found = await lookAt(join(target, path));
    if (found === 'absent') continue;
    if (found === 'other' || !digests.includes(found.sha256)) {
      notices.push(`${path} was edited and stays as it is.`);
      continue;
    }
    await rm(join(target, path));
    removed += 1;
  }
  return { removed, notices };
}
