import { readTreeFile, treeNames } from '../../system/tree-file.ts';

/** A file of the image, or what the link of this name leads to there. */
export interface Setting {
  readonly path: string;
  readonly text: string;
}

/** Where sites and packages put configuration of dracut. */
export const sitesConfdir = 'etc/dracut.conf.d';

/** dracut's own configuration. */
export function readDracutConfiguration(root: string): Promise<Setting[]> {
  return readSettings(root, ['etc/dracut.conf', sitesConfdir, 'usr/lib/dracut/dracut.conf.d']);
}

/** What of /etc libkmod and depmod read, and systemd's list of drivers. */
export function readDriverSettings(root: string): Promise<Setting[]> {
  return readSettings(root, [
    ...['etc/modprobe.conf', 'etc/modprobe.d', 'etc/depmod.conf', 'etc/depmod.d'],
    ...['etc/modules', 'etc/modules-load.d'],
  ]);
}

/** Files, and those in folders, in order. What is not there or cannot be read is none. */
async function readSettings(root: string, paths: readonly string[]): Promise<Setting[]> {
  const inFolders = await Promise.all(
    paths.map(async (path) => {
      const names = await treeNames(root, path);
      return [path, ...names.map((name) => `${path}/${name}`)];
    }),
  );
  const read = inFolders.flat().map(async (path) => {
    const text = await readTreeFile(root, path).catch(() => undefined);
    return text === undefined ? [] : [{ path, text }];
  });
  return (await Promise.all(read)).flat();
}

/** Absolute paths in dracut's configuration (`install_items+=" /opt/site/tool "`), without their slash. */
export function namedByConfiguration(configuration: readonly Setting[]): string[] {
  return configuration.flatMap(({ text }) =>
    [...text.matchAll(/(?<![\w.}])\/([\w.+@-]+(?:\/[\w.+@-]+)*)/g)].flatMap((match) => match[1] ?? []),
  );
}

/**
 * Whether dracut is told to load drivers before all others (force_drivers): it writes that down among the
 * programs while it makes the drivers, so both must be made in one run.
 */
export function wantsOneRun(configuration: readonly Setting[]): boolean {
  return configuration.some(({ text }) => /^[^#\n]*\bforce_drivers\s*\+?=/m.test(text));
}
