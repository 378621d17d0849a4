import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { contentInTree } from './tree-content.ts';

const places = ['etc/dracut.conf', 'etc/dracut.conf.d', 'usr/lib/dracut/dracut.conf.d'];

/** The texts of dracut's configuration files in the image. */
function readDracutConfiguration(root: string): string[] {
  return places.flatMap((path) => {
    const isFolder = lstatSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() === true;
    const files = isFolder ? readdirSync(join(root, path)).map((name) => `${path}/${name}`) : [path];
    return files.flatMap((file) => contentInTree(root, file)?.toString('utf8') ?? []);
  });
}

/** Absolute paths in dracut's configuration (`install_items+=" /opt/site/tool "`), without their slash. */
export function namedByConfiguration(root: string): string[] {
  return readDracutConfiguration(root).flatMap((text) =>
    [...text.matchAll(/(?<![\w.}])\/([\w.+@-]+(?:\/[\w.+@-]+)*)/g)].flatMap((match) => match[1] ?? []),
  );
}

/**
 * Whether dracut is told to load drivers before all others (force_drivers): it writes that down among the programs while it makes the
 * drivers, so both must be made in one run. Or that it is told itself which of the two to make.
 */
export function wantsOneRun(root: string): boolean {
  return readDracutConfiguration(root).some((text) =>
    /^\s*(force_drivers|kernel_only|no_kernel)\s*\+?=/m.test(text),
  );
}
