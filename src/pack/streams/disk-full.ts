import { RootimgError } from '../../base/errors.ts';

/** Whether a file took no more because its disk is full, or its owner's part of it. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** The same by what a program says of it. */
export function saysDiskFull(text: string): boolean {
  return /No space left on device|Disk quota exceeded/i.test(text);
}

/**
 * The error for it, whichever file it was: the kept set grows beside the packed file, so that either may be the
 * one that finds no room.
 */
export function diskFull(
  folder: string,
  options: { readonly details?: readonly string[]; readonly cause?: unknown } = {},
): RootimgError {
  return new RootimgError('disk-full', `There is no space left in ${folder}.`, {
    hint: 'The published image is as it was. Make room there, or keep fewer generations: packimage.generations in config.yaml.',
    ...options,
  });
}
