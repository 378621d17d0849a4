import type { ImageDiff } from '../../plan/image-diff.ts';
import type { Advisory, JudgedPackage } from '../../packages/advisory.ts';
import { openAdvisories } from '../../packages/open-advisories.ts';

/** Which advisories the way from one image to another closes, and which it opens. */
export function compareAdvisories(
  from: readonly JudgedPackage[],
  to: readonly JudgedPackage[],
  advisories: readonly Advisory[],
): NonNullable<ImageDiff['advisories']> {
  const [before, after] = [openAdvisories(from, advisories), openAdvisories(to, advisories)];
  const [inBefore, inAfter] = [before, after].map((all) => new Set(all.map(({ id }) => id)));
  return {
    fixed: before.filter(({ id }) => !inAfter?.has(id)),
    opened: after.filter(({ id }) => !inBefore?.has(id)),
    stillOpen: after.filter(({ id }) => inBefore?.has(id)).length,
  };
}
