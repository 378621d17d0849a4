import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the host's rpm, at work on a tree, is given. */
export interface RpmHost {
  readonly root: string;
  /** Folder seen inside the image as /run/rootimg/shared. */
  readonly shared: string;
  /** See SandboxOptions.rpmMacros. */
  readonly macros: string;
}

/**
 * Writes what the host's rpm is told besides its own macros, and gives the folder for
 * SandboxOptions.rpmMacros: where the image's database lies (Debian's rpm has its own idea of it), that proc
 * and sys below the root are not its to change, to leave the host's power management alone, and where
 * scriptlets find our `uname` and `service` first.
 */
export async function writeRpmMacros(temporary: string, databasePath: string): Promise<string> {
  const folder = folderOf(temporary);
  await mkdir(join(folder, 'macros'), { recursive: true });
  await writeFile(join(folder, 'macros', 'macros.rootimg'), rpmMacros(databasePath));
  return folder;
}

/**
 * The folder that writeRpmMacros made in `temporary`, the folder of this run; undefined in a build that does
 * not look at packages.
 */
export function findRpmMacros(temporary: string): string | undefined {
  return existsSync(folderOf(temporary)) ? folderOf(temporary) : undefined;
}

function folderOf(temporary: string): string {
  return join(temporary, 'rpm');
}

export function rpmMacros(databasePath: string): string {
  return [
    `%_dbpath ${databasePath}`,
    '%_netsharedpath /proc:/sys',
    '%__transaction_systemd_inhibit %{nil}',
    // dnf decides what must be signed; the host's rpm may ask more of its own packages.
    '%_pkgverify_level digest',
    '%_install_script_path /run/rootimg/bin:/sbin:/bin:/usr/sbin:/usr/bin',
    '',
  ].join('\n');
}
