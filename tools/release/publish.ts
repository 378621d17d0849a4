import { cp } from 'node:fs/promises';
import { git, type PreparedRelease } from './prepare.ts';

/**
 * Keeps a release: its files in `out`, its commit and tag in the checkout. Where the checkout has moved on
 * meanwhile, git refuses.
 */
export async function keepRelease(
  checkout: string,
  { folder, tag }: PreparedRelease,
  { made, out }: { made: string; out: string },
): Promise<void> {
  await git(checkout, 'fetch', '--quiet', folder, 'tag', tag);
  await git(checkout, 'merge', '--quiet', '--ff-only', tag);
  await cp(made, out, { recursive: true, preserveTimestamps: true });
}
