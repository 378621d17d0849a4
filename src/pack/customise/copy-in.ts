import { lstatSync, readdirSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { toPath } from '../../base/bytes.ts';
import { fileType } from '../members/mode.ts';
import { fewerStored } from '../members/tree-entry.ts';
import type { Override } from '../members/override.ts';
import { joined } from '../../system/tree/path-parts.ts';

/** How something of this machine comes into the image. */
export interface CopyManner {
  /** True: what links point to (rsync -L). False: the links themselves. */
  readonly followLinks: boolean;
  /** What the copy keeps of the original's owner and mode. */
  readonly metadata: (stats: Stats) => { mode: number; uid: number; gid: number };
  /** Takes one thing in, and gives where it really lies, for images whose own folder there is a link. */
  readonly put: (override: Override) => string;
  /** Hears of what is neither file, folder nor link and so is not copied; binary path on this machine. */
  readonly onSkipped: (path: string) => void;
}

/**
 * Takes in a file or a folder of this machine with all that is in it; `from` absolute, `to` relative to the
 * image's root, both binary. A folder that contains itself through links is entered once on each way.
 */
export function copyIn(from: string, to: string, manner: CopyManner): void {
  copyOne(from, to, manner, []);
}

function copyOne(from: string, to: string, manner: CopyManner, inside: readonly string[]): void {
  const stats = manner.followLinks ? statSync(toPath(from)) : lstatSync(toPath(from));
  const { mode, uid, gid } = manner.metadata(stats);
  const known = { path: to, uid, gid, mtime: Math.floor(stats.mtimeMs / 1000) };
  if (stats.isSymbolicLink()) {
    manner.put({ ...known, mode: fileType.symlink | 0o777, target: readlinkSync(toPath(from), 'latin1') });
  } else if (stats.isFile()) {
    manner.put({
      ...known,
      mode: fileType.regular | mode,
      // The file itself, not a link to it: those that only look into a source follow none.
      content: { source: realpathSync(toPath(from), 'latin1'), size: stats.size, stored: fewerStored(stats) },
    });
  } else if (stats.isDirectory()) {
    const folder = manner.put({ ...known, mode: fileType.folder | mode });
    const real = realpathSync(toPath(from), 'latin1');
    if (inside.includes(real)) return;
    for (const name of readdirSync(toPath(from), 'latin1').sort()) {
      const inFolder = joined(folder, name);
      copyOne(`${from}/${name}`, inFolder, manner, [...inside, real]);
    }
  } else manner.onSkipped(from);
}
