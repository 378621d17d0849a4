import { join } from 'node:path';
import { readRegularFile } from '../../base/regular-file.ts';
import { writeFile } from '../../base/write-file.ts';
import { runInRoot, runOverRoot, sharedInside } from '../../sandbox/sandbox.ts';
import { anyExitCode } from '../../system/exec.ts';
import { temporaryDir } from '../../system/temp.ts';
import { removeFromTree, treeHas, treeNames, treePlace, treeStat } from '../../system/tree-file.ts';
import { carryAction, headersFile, loadFrom, replaceDatabase, saveTo } from './carry-headers.ts';
import { imageFacts } from './rpm-database.ts';
import { findRpmMacros } from './rpm-macros.ts';
import { hasRpm } from './rpm-query.ts';
import { headersByPackage, withInstallTime } from './stored/header-list.ts';
import { findDatabase } from './tree-database.ts';
import { type Tree, withTree } from '../../system/tree/open-tree.ts';
import { overwriteInTree } from '../../system/tree/change-tree.ts';
import { readInTree } from '../../system/tree/tree-files.ts';
import { settledBerkeley } from './stored/berkeley-settle.ts';
import { toBinary, toText } from '../../base/bytes.ts';

/** Bytes of a database, and of the headers of all packages: those of 10,000 packages have a quarter of it. */
const largestFile = 2 ** 30;

/** The folders that a build gives: its own, and its own in the file system of the tree. */
interface Folders {
  readonly temporary: string;
  readonly treeTemporary: string;
}

/**
 * Writes the rpm database of a tree anew, so that the same packages make the same bytes: one after the other by
 * name, all installed at `epoch` (seconds since 1970) by one transaction. Nothing where there is none. Gives why
 * it could not be done, in words; undefined when it is done.
 */
export async function settleRpmTimes(
  root: string,
  { temporary, treeTemporary }: Folders,
  epoch: number,
): Promise<string | undefined> {
  const place = withTree(toBinary(root), findDatabase);
  if (place.names.length === 0) return undefined;
  const shared = await temporaryDir(temporary, 'headers');
  const rpm = await rpmFor(root, temporary, shared, toText(place.folder));
  if (rpm === undefined) return undefined;
  const { path, run, backend } = rpm;
  const saved = await run(saveTo(join(rpm.shared, headersFile), 'rpmdb', ...rpm.options));
  if (saved.exitCode !== 0) return 'it is too old to write its packages out (before 4.12)';
  const file = join(shared, headersFile);
  const headers = headersByPackage(await readRegularFile(file, largestFile));
  await writeFile(file, Buffer.concat(headers.map((one) => withInstallTime(one, epoch))));
  const load = loadFrom(join(rpm.shared, headersFile), 'rpmdb', ...rpm.options);
  if (!(await replaceDatabase(root, treeTemporary, path, path, () => run(load)))) {
    return 'it does not take its own packages in again';
  }
  const folder = await treePlace(root, path);
  await removeEmptyLog(root, folder);
  if (backend === 'bdb') await settleBerkeley(root, folder);
  return undefined;
}

/** The image's own rpm; where it has none, the one that wrote the database. */
async function rpmFor(root: string, temporary: string, shared: string, found: string) {
  const okCodes = { okCodes: anyExitCode, action: carryAction };
  if (await hasRpm(root)) {
    const { path, backend } = await imageFacts(root);
    const run = (argv: string[]) => runInRoot(root, argv, { shared }, okCodes);
    return { path, backend, shared: sharedInside, options: [] as string[], run };
  }
  const rpmMacros = findRpmMacros(temporary);
  if (rpmMacros === undefined) return undefined;
  const run = (argv: string[]) => runOverRoot(root, argv, { rpmMacros }, okCodes);
  return { path: `/${found}`, backend: '', shared, options: ['--root', root], run };
}

/** What SQLite leaves beside a database: the next one to open it makes them again. */
async function removeEmptyLog(root: string, folder: string): Promise<void> {
  const log = `${folder}/rpmdb.sqlite-wal`;
  if ((await treeHas(root, log)) && (await treeStat(root, log))?.size !== 0) return;
  for (const path of [log, `${folder}/rpmdb.sqlite-shm`]) await removeFromTree(root, path);
}

/** Also takes away what its processes share, which the next one makes anew. */
async function settleBerkeley(root: string, folder: string): Promise<void> {
  for (const name of await treeNames(root, folder)) {
    const path = `${folder}/${name}`;
    if (name.startsWith('__db.')) await removeFromTree(root, path);
    else withTree(toBinary(root), (tree) => settleBerkeleyFile(tree, toBinary(path), name));
  }
}

function settleBerkeleyFile(tree: Tree, path: string, name: string): void {
  const bytes = readInTree(tree, path, largestFile);
  const settled = bytes === undefined ? undefined : settledBerkeley(bytes, name);
  if (settled !== undefined) overwriteInTree(tree, path, settled, largestFile);
}
