import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RootimgError } from '../base/errors.ts';

/** Where the files of this program are, in a checkout and below an installed prefix alike. */
export interface Installation {
  /** The checkout, or the prefix. */
  readonly root: string;
  /** Holds a folder for each family, and `common`. */
  readonly netboot: string;
  /** Holds main.mjs and what it loads. */
  readonly dist: string;
}

/** Finds the installation that the running program belongs to, or throws `installation-incomplete`. */
export function findInstallation(module = import.meta.url): Installation {
  const start = dirname(fileURLToPath(module));
  for (let root = start; dirname(root) !== root; root = dirname(root)) {
    const netboot = join(root, 'share/xcat/netboot');
    if (!existsSync(join(netboot, 'common/genimage'))) continue;
    const installed = join(root, 'share/rootimg/dist');
    return { root, netboot, dist: existsSync(installed) ? installed : join(root, 'dist') };
  }
  throw new RootimgError('installation-incomplete', `No share/xcat/netboot stands above ${start}.`, {
    hint: 'Install rootimg again with: npm run install-system -- --prefix DIR',
  });
}
