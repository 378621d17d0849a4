import { RootimgError } from '../base/errors.ts';
import { isChangelog, readChangelogs } from './deb/changelogs.ts';
import { readTracker, type TrackedAdvisories } from './deb/tracker.ts';
import { readUpdateinfo } from './rpm/updateinfo.ts';

/**
 * The advisories of a file, whichever of the forms it has: updateinfo.xml, the JSON of Debian's security
 * tracker, which needs the name of the `suite`, or Debian changelogs. `file` is its name for messages. Throws
 * `advisories-form`, `advisories-damaged`.
 */
export function readAdvisories(text: string, file: string, suite: string | undefined): TrackedAdvisories {
  const start = text.slice(0, 4096).trimStart();
  if (start.startsWith('<')) return { advisories: readUpdateinfo(text), unfixed: new Map() };
  if (isChangelog(start)) return { advisories: readChangelogs(text), unfixed: new Map() };
  if (start.startsWith('{') && suite !== undefined) return readTracker(text, suite);
  throw new RootimgError('advisories-form', `${file} has no advisories for this image.`, {
    hint: "An updateinfo.xml, the JSON of Debian's security tracker (of Debian images), or Debian changelogs were expected.",
  });
}
