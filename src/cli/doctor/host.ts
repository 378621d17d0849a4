import { readdir, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exists } from '../../base/exists.ts';
import { isXcat } from '../locations.ts';
import type { Finding } from './finding.ts';

/** Bytes without which not even a small image and its packed root fit. */
const leastSpace = 2 * 1024 ** 3;

/** Folders on disks that must have room, and what lies there. */
export interface Disk {
  readonly what: string;
  readonly folder: string;
}

/** Root, space, clock and an xCAT beside us. `now` in milliseconds. */
export async function hostFindings(
  disks: readonly Disk[],
  { now = Date.now(), uid = process.getuid?.() } = {},
): Promise<Finding[]> {
  return [
    uid === 0
      ? { topic: 'host', what: 'root', state: 'yes' }
      : { topic: 'host', what: 'root', state: 'no', note: 'genimage and packimage must be run as root' },
    ...(await Promise.all(disks.map(spaceFinding))),
    await clockFinding(now),
    await xcatFinding(),
  ];
}

async function spaceFinding({ what, folder }: Disk): Promise<Finding> {
  const { bavail, bsize } = await statfs(await nearestFolder(folder));
  const free = bavail * bsize;
  const note = `${(free / 1e9).toFixed(1)} GB free in ${folder}`;
  return { topic: 'host', what, state: free < leastSpace ? 'wrong' : 'yes', note };
}

/** The folder itself, or the first above it that is there. */
async function nearestFolder(folder: string): Promise<string> {
  for (let path = folder; path !== dirname(path); path = dirname(path)) if (await exists(path)) return path;
  return '/';
}

/** A clock that stands before this program was made is wrong: certificates and signatures fail by it. */
async function clockFinding(now: number): Promise<Finding> {
  const here = dirname(fileURLToPath(import.meta.url));
  const times = (await readdir(here)).map(async (name) => (await stat(`${here}/${name}`)).mtimeMs);
  const made = Math.max(...(await Promise.all(times)));
  const note = new Date(now).toISOString().slice(0, 16).replace('T', ' ');
  const day = 86_400_000;
  if (now + day > made) return { topic: 'host', what: 'clock', state: 'yes', note: `${note} UTC` };
  return { topic: 'host', what: 'clock', state: 'wrong', note: `${note} UTC is before rootimg was made` };
}

async function xcatFinding(): Promise<Finding> {
  const there = await isXcat('/opt/xcat');
  const note = there ? '/opt/xcat; rootimg import reads its definitions' : 'none in /opt/xcat';
  return { topic: 'host', what: 'xCAT', state: there ? 'yes' : 'no', note };
}
