import { exists } from '../base/exists.ts';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What install-system leaves in its prefix, and where. */
const installedMark = 'share/rootimg/installed.json';

/** Where xCAT lives when nobody says otherwise. */
const usualPrefix = '/opt/xcat';

/**
 * The folder that holds a folder for each family. `XCATROOT` decides, as it does for xCAT, unless it points
 * to a live xCAT while we are installed elsewhere: the genimage of that xCAT is not ours. Then, and without
 * XCATROOT, our own prefix; else `/opt/xcat`.
 */
export async function netbootDir(
  env: Readonly<Record<string, string | undefined>>,
  ownUrl: string = import.meta.url,
): Promise<string> {
  const own = await installedPrefix(ownUrl);
  const xcatRoot = env['XCATROOT'] ? resolve(env['XCATROOT']) : undefined;
  const useOwn =
    xcatRoot === undefined || (own !== undefined && own !== xcatRoot && (await isXcat(xcatRoot)));
  return join(useOwn ? (own ?? usualPrefix) : xcatRoot, 'share/xcat/netboot');
}

/**
 * The prefix that install-system put us in, or undefined in a checkout. `ownUrl` is the address of the
 * running file.
 */
export async function installedPrefix(ownUrl: string = import.meta.url): Promise<string | undefined> {
  let folder = dirname(fileURLToPath(ownUrl));
  while (dirname(folder) !== folder) {
    if (await exists(join(folder, installedMark))) return folder;
    folder = dirname(folder);
  }
  return undefined;
}

/** True where a live xCAT is installed in `prefix`. */
export async function isXcat(prefix: string): Promise<boolean> {
  return stat(join(prefix, 'sbin/xcatd')).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * The initrd module for images of a family: beside its genimage where installed, else among what the families
 * of a checkout share.
 */
export async function dracutModuleDir(familyDir: string): Promise<string> {
  const own = join(familyDir, 'dracut/97rootimg');
  return (await exists(own)) ? own : join(familyDir, '../common/dracut/97rootimg');
}
