import { lstatSync, readdirSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { toPath } from '../select/bytes.ts';
import { fileType } from '../select/mode.ts';
import type { Override, Overrides } from './override.ts';

/** How something of this machine comes into the image. */
export interface CopyManner {
  /** True: what links point to (rsync -L). False: the links themselves. */
  readonly followLinks: boolean;
  /** What the copy keeps of the original's owner and mode. */
  readonly metadata: (stats: Stats) => { mode: number; uid: number; gid: number };
  /** Where in the image a folder that would be at `path` really goes, for images whose own folder there is a link. */
  readonly folderAt: (path: string) => string;
  /** Hears of what is neither file, folder nor link and so is not copied; binary path on this machine. */
  readonly onSkipped: (path: string) => void;
}

/**
 * Adds overrides for a file or a folder of this machine with all that is in it; `from` absolute, `to` relative to the image's root, both
 * binary. A folder that contains itself through links is entered once on each way.
 */
export function copyIn(overrides: Overrides, from: string, to: string, manner: CopyManner): void {
  copyOne(overrides, from, to, manner, []);
}

function copyOne(
  overrides: Overrides,
  from: string,
  to: string,
  manner: CopyManner,
  inside: readonly string[],
): void {
  const stats = manner.followLinks ? statSync(toPath(from)) : lstatSync(toPath(from));
  const { mode, uid, gid } = manner.metadata(stats);
  const known = { path: to, uid, gid, mtime: Math.floor(stats.mtimeMs / 1000) };
  const add = (override: Override) => overrides.set(to, override);
  if (stats.isSymbolicLink()) {
    add({ ...known, mode: fileType.symlink | 0o777, target: readlinkSync(toPath(from), 'latin1') });
  } else if (stats.isFile()) {
    add({ ...known, mode: fileType.regular | mode, content: { source: from, size: stats.size } });
  } else if (stats.isDirectory()) {
    const folder = manner.folderAt(to);
    overrides.set(folder, { ...known, path: folder, mode: fileType.folder | mode });
    const real = realpathSync(toPath(from), 'latin1');
    if (inside.includes(real)) return;
    for (const name of readdirSync(toPath(from), 'latin1').sort()) {
      const inFolder = folder === '.' ? name : `${folder}/${name}`;
      copyOne(overrides, `${from}/${name}`, inFolder, manner, [...inside, real]);
    }
  } else manner.onSkipped(from);
}
