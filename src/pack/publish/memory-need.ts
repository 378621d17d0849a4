import type { PackMethod } from '../../plan/pack-names.ts';
import { isArchive } from '../../plan/pack-names.ts';

/** What a node writes above a mounted image while it boots: logs, state, caches. */
const usualOverlay = 64 * 1024 * 1024;

/** A tmpfs keeps whole pages: half a page is lost with each file. */
const pageLoss = 2048;

/**
 * Bytes of memory that a node needs for its root at the worst moment: an archive lies there packed and unpacked at once, a file system packed, with
 * what is written above it.
 */
export function memoryNeed(
  method: PackMethod,
  { size, contentBytes, members }: { size: number; contentBytes: number; members: number },
): number {
  return isArchive(method) ? size + contentBytes + members * pageLoss : size + usualOverlay;
}
