import { readdir } from 'node:fs/promises';
import { readTreeFile } from '../tree/tree-file.ts';
import { insideTree } from '../tree/tree-path.ts';

const folders = ['etc/dracut.conf.d', 'usr/lib/dracut/dracut.conf.d'];

/** The texts of dracut's configuration files in the image, also of those that are links. What cannot be read is none. */
export async function readDracutConfiguration(root: string): Promise<string[]> {
  const inFolders = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(await insideTree(root, folder)).catch(() => []);
      return names.sort().map((name) => `${folder}/${name}`);
    }),
  );
  const paths = ['etc/dracut.conf', ...inFolders.flat()];
  const texts = await Promise.all(paths.map((path) => readTreeFile(root, path).catch(() => undefined)));
  return texts.filter((text) => text !== undefined);
}

/** Absolute paths in dracut's configuration (`install_items+=" /opt/site/tool "`), without their slash. */
export function namedByConfiguration(texts: readonly string[]): string[] {
  return texts.flatMap((text) =>
    [...text.matchAll(/(?<![\w.}])\/([\w.+@-]+(?:\/[\w.+@-]+)*)/g)].flatMap((match) => match[1] ?? []),
  );
}

/**
 * Whether dracut is told to load drivers before all others (force_drivers): it writes that down among the programs while it makes the
 * drivers, so both must be made in one run. Or that it is told itself which of the two to make.
 */
export function wantsOneRun(texts: readonly string[]): boolean {
  return texts.some((text) => /^\s*(force_drivers|kernel_only|no_kernel)\s*\+?=/m.test(text));
}
