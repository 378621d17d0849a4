import { readRegularFileSync } from '../../base/regular-file.ts';
import { RootimgError } from '../../base/errors.ts';
import { listed } from './findings.ts';
import type { MemberTable } from '../members/member-table.ts';

/** How many ids there are: the last one, -1, stands for none. */
const allIds = 2 ** 32 - 1;

/**
 * Throws `ids-unmapped` when this user namespace (`unshare -U`, a container without root) shows owners that
 * it has no number for: they all look like one and the same, and would be packed as that one. Where the host
 * gives it all ids there is nothing to look at.
 */
export function refuseUnmappedIds(members: MemberTable, proc = '/proc'): void {
  const unmapped = { uid: placeholder(proc, 'uid'), gid: placeholder(proc, 'gid') };
  if (unmapped.uid === undefined && unmapped.gid === undefined) return;
  const paths: string[] = [];
  for (const { path, uid, gid } of members) {
    if (uid === unmapped.uid || gid === unmapped.gid) paths.push(path);
  }
  if (paths.length === 0) return;
  throw new RootimgError(
    'ids-unmapped',
    `This user namespace has no number for the owner or group of ${listed(paths)}.`,
    { hint: 'Run packimage as root of the host, or where all ids are mapped: cat /proc/self/uid_map' },
  );
}

/** What the kernel shows in place of ids that have no number here; undefined when all have one. */
function placeholder(proc: string, kind: 'uid' | 'gid'): number | undefined {
  try {
    // Each line: first id here, first id outside, how many.
    const lines = readRegularFileSync(`${proc}/self/${kind}_map`).toString('utf8').trim().split('\n');
    const mapped = lines.reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[2] ?? 0), 0);
    if (mapped >= allIds) return undefined;
    return Number(readRegularFileSync(`${proc}/sys/kernel/overflow${kind}`).toString('utf8'));
  } catch {
    // A kernel without user namespaces has nothing to map.
    return undefined;
  }
}
