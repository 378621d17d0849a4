import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Takes away all that packs, also of another image, left beside a tree. */
export async function forgetPacks(rootimgdir: string): Promise<void> {
  for (const name of await readdir(rootimgdir)) {
    if (name !== 'rootimg') await rm(join(rootimgdir, name), { recursive: true });
  }
}
