import { packageWord } from '../../plan/package-id.ts';
import { toBinary } from '../../base/bytes.ts';
import { withTree } from '../../system/tree/open-tree.ts';
import { eachRpmHeader, idOf, sizeOf } from './rpm-headers.ts';
import { ghostFlag, type RpmHeader, rpmTag } from './stored/rpm-header.ts';
import { hasRpmDatabase } from './tree-database.ts';

/** Calls with each file of a package: its place in the header's lists, its folder and its name. */
function eachFile(header: RpmHeader, onFile: (index: number, folder: string, name: string) => void): void {
  const folders = header.texts(rpmTag.folders);
  const folderOf = header.numbers(rpmTag.folderOf);
  const names = header.texts(rpmTag.baseNames);
  for (const [index, name] of names.entries()) onFile(index, folders[folderOf[index] ?? 0] ?? '/', name);
}

/** Calls `onFile` with each packaged file, as packages name it, and whether its package gives it content. */
export async function packagedRpmFiles(
  tree: string,
  onFile: (path: string, filled: boolean) => void,
): Promise<'read' | 'none' | 'unreadable'> {
  if (!withTree(toBinary(tree), hasRpmDatabase)) return 'none';
  let found = false;
  const read = await eachRpmHeader(tree, (header) => {
    const plain = header.numbers(rpmTag.fileSizes);
    // Where a file is longer than 4 GiB, all are told here.
    const sizes = plain.length > 0 ? plain : header.numbers(rpmTag.longFileSizes);
    const flags = header.numbers(rpmTag.fileFlags);
    eachFile(header, (index, folder, name) => {
      found = true;
      if (((flags[index] ?? 0) & ghostFlag) === 0) onFile(`${folder}${name}`, (sizes[index] ?? 0) > 0);
    });
  });
  return read && found ? 'read' : 'unreadable';
}

/** The package that brought a file: `paths` are its spellings, absolute as packages name them. */
export async function rpmPackageOf(tree: string, paths: ReadonlySet<string>): Promise<string | undefined> {
  let found: string | undefined;
  await eachRpmHeader(tree, (header) => {
    eachFile(header, (_, folder, name) => {
      if (paths.has(`${folder}${name}`)) found ??= packageWord(idOf(header));
    });
  });
  return found;
}

/** All packages with the bytes of their files; none where nothing can be read. */
export async function rpmSizes(tree: string): Promise<{ word: string; bytes: number }[]> {
  const sizes: { word: string; bytes: number }[] = [];
  const read = await eachRpmHeader(tree, (header) => {
    sizes.push({ word: packageWord(idOf(header)), bytes: sizeOf(header) });
  });
  return read ? sizes : [];
}
