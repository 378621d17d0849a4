import { compareDebVersions } from './deb-version.ts';
import type { Advisory, Fix } from '../advisory.ts';

/** The first line of an entry: source, version, suites and how urgent it is (deb-changelog(5)). */
const entryLine =
  /^([a-z0-9][a-z0-9+.-]{0,99}) \(([^\s()]{1,200})\)[^;\n]{0,200};.{0,100}?urgency=(\w{1,20})/i;

/** Whether a text begins like Debian changelogs; apt says before them where it has them from. */
export function isChangelog(start: string): boolean {
  return start.split('\n').some((line) => entryLine.test(line));
}

/**
 * The faults (CVE numbers) that Debian changelogs name, one behind the other, each with the first version
 * whose entry names it.
 */
export function readChangelogs(text: string): Advisory[] {
  const byId = new Map<string, { severity: string; fixes: Map<string, string> }>();
  let entry: { name: string; version: string; severity: string } | undefined;
  for (const line of text.split('\n')) {
    const [, name, version = '', severity = ''] = entryLine.exec(line) ?? [];
    if (name !== undefined) entry = { name, version, severity: severity.toLowerCase() };
    if (entry === undefined) continue;
    for (const [id] of line.matchAll(/CVE-\d{4}-\d{4,10}/g)) {
      const known = byId.get(id) ?? { severity: entry.severity, fixes: new Map<string, string>() };
      byId.set(id, known);
      const first = known.fixes.get(entry.name);
      if (first === undefined || compareDebVersions(entry.version, first) < 0) {
        known.fixes.set(entry.name, entry.version);
      }
    }
  }
  return [...byId].map(([id, { severity, fixes }]) => ({
    ...{ id, type: 'security', severity, title: '' },
    fixes: [...fixes].map(([name, version]): Fix => ({ type: 'deb', name, version })),
  }));
}
