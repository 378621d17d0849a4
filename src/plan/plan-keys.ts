import type { Repository } from './build-plan.ts';

/** Whether a repository is checked with the keys of the plan: none were said to be its own. */
export function usesPlanKeys({ unchecked, deb }: Repository): boolean {
  return unchecked === undefined && deb?.signedBy === undefined && deb?.key === undefined;
}
