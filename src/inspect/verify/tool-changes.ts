import { own } from '../../base/own.ts';
import type { Manifest } from '../../plan/manifest.ts';

/** Lines about programs that made both builds in other versions: they may be the cause of anything. */
export function toolChanges(published: Manifest, again: Manifest | undefined): string[] {
  const [before, after] = [published.build?.tools ?? {}, again?.build?.tools ?? {}];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((name) => {
    const [then, now] = [own(before, name) ?? 'none', own(after, name) ?? 'none'];
    return then === now ? [] : [`It was built with ${name} ${then}; here is ${now}.`];
  });
}
