import * as z from 'zod';
import { own } from '../../base/own.ts';
import { RootimgError } from '../../base/errors.ts';
import { parseJson } from '../../plan/parse-json.ts';
import type { Advisory, Fix } from '../advisory.ts';

/** What Debian's security tracker says of one fault in one release. */
const releaseSchema = z.object({
  status: z.string(),
  fixed_version: z.string().optional(),
  urgency: z.string().optional(),
});
const faultSchema = z.object({
  description: z.string().optional(),
  releases: z.record(z.string(), releaseSchema),
});
const trackerSchema = z.record(z.string(), z.record(z.string(), faultSchema));

/** What a list of advisories says, and how many faults it names that nothing mends yet. */
export interface TrackedAdvisories {
  readonly advisories: Advisory[];
  /** By the names of source packages. */
  readonly unfixed: ReadonlyMap<string, number>;
}

/**
 * The faults that the JSON of Debian's security tracker (security-tracker.debian.org/tracker/data/json) names
 * for a release, such as `bookworm`, with the versions that mend them. Version 0 means that the release never
 * had the fault. Throws `advisories-damaged`.
 */
export function readTracker(text: string, suite: string): TrackedAdvisories {
  const tracker = trackerSchema.safeParse(parseJson(text)).data;
  if (tracker === undefined) {
    throw new RootimgError('advisories-damaged', "The file is not the JSON of Debian's security tracker.");
  }
  const byId = new Map<string, Advisory & { readonly fixes: Fix[] }>();
  const unfixed = new Map<string, number>();
  for (const [name, faults] of Object.entries(tracker)) {
    for (const [id, { description = '', releases }] of Object.entries(faults)) {
      const told = own(releases, suite);
      if (told === undefined) continue;
      const { status, fixed_version: version, urgency = '' } = told;
      if (status === 'open' && version === undefined) unfixed.set(name, (unfixed.get(name) ?? 0) + 1);
      if (version === undefined || version === '0') continue;
      const severity = urgency === 'not yet assigned' ? '' : urgency;
      const known = byId.get(id) ?? { id, type: 'security', severity, title: description, fixes: [] };
      known.fixes.push({ type: 'deb', name, version });
      byId.set(id, known);
    }
  }
  return { advisories: [...byId.values()], unfixed };
}
