import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildPlan, Repository } from '../plan/build-plan.ts';
import { fileDigest } from '../system/file-digest.ts';

/** A file of this host that a build elsewhere needs. */
export interface InputFile {
  readonly path: string;
  /** hex */
  readonly sha256: string;
  /** Permission bits. */
  readonly mode: number;
  /** Below the folder of inputs there; the last part is the file's own name, which scripts may ask for. */
  readonly name: string;
}

/** A repository in a folder of this host. */
export interface LocalRepository {
  readonly repository: Repository;
  readonly folder: string;
  /** The file that lists its content with digests; none where there is no such file. */
  readonly index: { readonly path: string; readonly sha256: string } | undefined;
}

/** xCAT's scripts that start a node's postscripts: the build takes them out of postscriptsDir. */
const postscripts = ['xcatpostinit1.netboot', 'xcatpostinit1.service'];

/**
 * Exactly the files that a plan names, each once, and those of its postscripts folder. `isPackageFile`: whether
 * a name of a list is a file of the host.
 */
export async function inputFiles(
  plan: BuildPlan,
  isPackageFile: (name: string) => boolean,
): Promise<InputFile[]> {
  const named = [
    ...plan.files.map(({ path }) => path),
    ...plan.keys,
    ...plan.postinstall.map(({ path }) => path),
    ...plan.repositories.flatMap(({ sslcacert, deb }) => [sslcacert ?? [], deb?.signedBy ?? []].flat()),
    ...[...plan.passes, ...plan.otherPasses].flatMap(({ install, debconf }) => [
      ...install.map(({ name }) => name).filter(isPackageFile),
      ...(debconf ?? []),
    ]),
  ];
  const files: InputFile[] = [];
  for (const path of new Set(named)) {
    const found = await inputFile(path, `${files.length}/${basename(path)}`);
    if (found !== undefined) files.push(found);
  }
  for (const name of postscripts) {
    const found = await inputFile(join(plan.postscriptsDir, name), `postscripts/${name}`);
    if (found !== undefined) files.push(found);
  }
  return files;
}

/** Undefined for what is not there: the build there says the same of it as one here. */
async function inputFile(path: string, name: string): Promise<InputFile | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  return { path, name, sha256: await fileDigest(path), mode: found.mode & 0o777 };
}

/** The repositories of a plan that lie in folders here. */
export async function localRepositories(plan: BuildPlan): Promise<LocalRepository[]> {
  const local = plan.repositories.filter(({ url }) => url.startsWith('file:'));
  return Promise.all(
    local.map(async (repository) => {
      const folder = fileURLToPath(repository.url);
      return { repository, folder, index: await indexOf(folder, repository) };
    }),
  );
}

/** Of rpm packages, `content` is the index of SUSE's older media. */
async function indexOf(folder: string, { deb }: Repository): Promise<LocalRepository['index']> {
  const names =
    deb === undefined
      ? ['repodata/repomd.xml', 'content']
      : [`dists/${deb.suite}/Release`, `${deb.suite}/Release`];
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) return { path, sha256: await fileDigest(path) };
  }
  return undefined;
}

/** The packages of a folder that has nothing else; of all others none. What no index lists cannot be served. */
export async function plainPackages(
  { repository: { id, deb }, folder, index }: LocalRepository,
  isPackageFile: (name: string) => boolean,
): Promise<InputFile[]> {
  if (index !== undefined || (deb !== undefined && deb.plain !== true)) return [];
  const names = await readdir(folder, { recursive: deb !== undefined }).catch((): string[] => []);
  const files: InputFile[] = [];
  for (const name of names.sort()) {
    const path = join(folder, name);
    const found = isPackageFile(path) ? await inputFile(path, `${packagesFolder(id)}/${name}`) : undefined;
    if (found !== undefined) files.push(found);
  }
  return files;
}

/** Where the packages of such a folder lie below the folder of inputs. */
export function packagesFolder(id: string): string {
  return `packages/${id}`;
}
