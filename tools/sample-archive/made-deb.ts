import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import { type MadePackage, osRelease } from './packages.ts';

/** Makes a `.deb` file in `folder` and gives its path. */
export async function makeDeb(made: MadePackage, architecture: string, folder: string): Promise<string> {
  const { name, version, depends, files } = made;
  const tree = join(folder, `${name}-tree`);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), content);
  }
  await mkdir(join(tree, 'DEBIAN'), { recursive: true });
  await writeFile(
    join(tree, 'DEBIAN/control'),
    [
      ...[`Package: ${name}`, `Version: ${version}`, `Architecture: ${architecture}`],
      ...['Maintainer: Site <site@sample.invalid>', 'Section: misc', 'Priority: optional'],
      ...[`Depends: ${depends}`, `Description: ${name} of the sample archive`, ''],
    ].join('\n'),
  );
  return packTree(tree, join(folder, `${name}_${version}_${architecture}.deb`));
}

/** Debian's base-files with another version and os-release. */
export async function renameBaseFiles(
  deb: string,
  version: string,
  point: string,
  folder: string,
): Promise<string> {
  const tree = join(folder, `base-files-${version}-tree`);
  await run(['dpkg-deb', '--raw-extract', deb, tree], { action: 'unpack base-files' });
  const text = osRelease(point);
  await writeFile(join(tree, 'usr/lib/os-release'), text);
  await change(join(tree, 'DEBIAN/control'), (old) => old.replace(/^Version: .*$/m, `Version: ${version}`));
  const md5 = createHash('md5').update(text).digest('hex');
  await change(join(tree, 'DEBIAN/md5sums'), (old) =>
    old.replace(/^[0-9a-f]+(?= {2}usr\/lib\/os-release$)/m, md5),
  );
  return packTree(tree, join(folder, `base-files_${version}.deb`));
}

async function change(path: string, edit: (old: string) => string): Promise<void> {
  await writeFile(path, edit(await readFile(path, 'utf8')));
}

async function packTree(tree: string, deb: string): Promise<string> {
  await chmod(tree, 0o755);
  // As Ubuntu 22.04 packs, and fast.
  await run(['dpkg-deb', '--root-owner-group', '-Zzstd', '-z1', '--build', tree, deb], {
    action: `make ${deb}`,
  });
  await rm(tree, { recursive: true });
  return deb;
}
