import { toShown } from '../../base/bytes.ts';
import { RootimgError } from '../../base/errors.ts';
import type { Member, MemberValues } from './member-table.ts';
import { fileType } from './mode.ts';
import { rootOwned } from './override.ts';

/**
 * How overlayfs says that nothing of what lies below is here: a character device 0, 0. It comes from no tree,
 * whatever stands at its path there.
 */
export function whiteoutAt(path: string): MemberValues {
  const values = { mode: fileType.character, ...rootOwned, mtime: 0 };
  return { ...values, size: 0, major: 0, minor: 0, link: 0, override: { path, ...values } };
}

/** Throws `tree-whiteout` where a member is what overlayfs takes for such a mark. */
export function refuseWhiteout({ path, mode, major, minor }: Member): void {
  if ((mode & fileType.mask) !== fileType.character || major !== 0 || minor !== 0) return;
  throw new RootimgError(
    'tree-whiteout',
    `${toShown(path)} in the image is a device 0, 0, which overlayfs takes for a mark.`,
    {
      hint: 'Container storage leaves such files. Remove it, leave it out with the exlist, or pack with -m cpio or -m tar.',
    },
  );
}
