import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const places = ['etc/dracut.conf', 'etc/dracut.conf.d', 'usr/lib/dracut/dracut.conf.d'];

/** The texts of dracut's configuration files in the image. */
export function readDracutConfiguration(root: string): string[] {
  return places.flatMap((path) => {
    const full = join(root, path);
    const found = lstatSync(full, { throwIfNoEntry: false });
    const files = found?.isDirectory() ? readdirSync(full).map((name) => join(full, name)) : [full];
    return files
      .filter((file) => lstatSync(file, { throwIfNoEntry: false })?.isFile())
      .map((file) => readFileSync(file, 'utf8'));
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
