import { exists } from '../base/exists.ts';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What install-system leaves in its prefix, and where. */
const installedMark = 'share/rootimg/installed.json';

/** Where the folders of the families are below a prefix, and below a checkout. */
const netboot = 'share/xcat/netboot';

/** What a checkout has, and an installation has not: what the families share, with the initrd module. */
const checkoutMark = `${netboot}/common/dracut/97rootimg`;

/** Where xCAT lives when nobody says otherwise. */
const usualPrefix = '/opt/xcat';

/**
 * The folder that holds a folder for each family. `XCATROOT` decides, as it does for xCAT, unless it points
 * to a live xCAT while we are installed elsewhere: the genimage of that xCAT is not ours. Then, and without
 * XCATROOT, our own prefix; else `/opt/xcat`, or where that has none, the checkout that we run from.
 */
export async function netbootDir(
  env: Readonly<Record<string, string | undefined>>,
  ownUrl: string = import.meta.url,
  prefix: string = usualPrefix,
): Promise<string> {
  const own = await installedPrefix(ownUrl);
  const xcatRoot = env['XCATROOT'] ? resolve(env['XCATROOT']) : undefined;
  const useOwn =
    xcatRoot === undefined || (own !== undefined && own !== xcatRoot && (await isXcat(xcatRoot)));
  if (!useOwn) return join(xcatRoot, netboot);
  if (own !== undefined) return join(own, netboot);
  const usual = join(prefix, netboot);
  return (await exists(usual)) ? usual : join((await folderAbove(ownUrl, checkoutMark)) ?? prefix, netboot);
}

/**
 * The prefix that install-system put us in, or undefined in a checkout. `ownUrl` is the address of the
 * running file.
 */
export async function installedPrefix(ownUrl: string = import.meta.url): Promise<string | undefined> {
  return folderAbove(ownUrl, installedMark);
}

/** The nearest folder above a file of ours that has `name` in it. */
async function folderAbove(url: string, name: string): Promise<string | undefined> {
  let folder = dirname(fileURLToPath(url));
  while (dirname(folder) !== folder) {
    if (await exists(join(folder, name))) return folder;
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
