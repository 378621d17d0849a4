import { access, constants, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RootimgError } from '../../src/base/errors.ts';

/** Throws `live-xcat` where an xCAT management node lives: its own genimage and lsdef must stay whole. */
export async function refuseLiveXcat(target: string): Promise<void> {
  const daemon = join(target, 'sbin/xcatd');
  if ((await stat(daemon).catch(() => undefined)) === undefined) return;
  throw new RootimgError(
    'live-xcat',
    `${daemon} is there: an xCAT lives below ${target}, nothing was written.`,
    {
      hint: 'Install beside it: --prefix /opt/rootimg',
    },
  );
}

/** Throws `not-writable` when the first folder that exists on the way to the target cannot be written. */
export async function refuseUnwritable(target: string): Promise<void> {
  for (let folder = target; ; folder = dirname(folder)) {
    try {
      await access(folder, constants.W_OK);
      return;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT' && folder !== '/') continue;
      throw new RootimgError('not-writable', `${folder} cannot be written.`, {
        hint: 'Run it as root, or choose a --prefix or --destdir of your own.',
        cause: error,
      });
    }
  }
}
