import { temporaryDir } from '../system/temp.ts';
import type { Build } from './build-context.ts';
import { runInLayer, runInRoot } from './sandbox.ts';
import { treeHas } from './tree-file.ts';

/** Whether the image has an rpm of its own that can be asked. */
export function hasRpm(root: string): Promise<boolean> {
  return treeHas(root, 'usr/bin/rpm').then(async (found) => found || (await treeHas(root, 'bin/rpm')));
}

/** Name of the package that owns each path (as the image sees it); paths that none owns are absent. Empty without rpm in the image. */
export async function packageOwners(build: Build, paths: readonly string[]): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  if (!(await hasRpm(build.root))) return owners;
  for (const path of paths) {
    const argv = ['rpm', '-qf', '--queryformat', '%{NAME}\n', path];
    const { stdout, exitCode } = await runInRoot(build.root, argv, {}, { okCodes: [0, 1] });
    const name = stdout.split('\n')[0];
    if (exitCode === 0 && name !== undefined && name !== '') owners.set(path, name);
  }
  return owners;
}

export interface InstalledPackage {
  readonly nevra: string;
  /** hex; of the header, which holds the digests of all files */
  readonly sha256header?: string;
}

/**
 * What the image's own rpm says is installed, sorted. Empty without rpm in the image. Asked in a layer, because a database may be written
 * to by looking at it.
 */
export async function installedPackages(build: Build): Promise<InstalledPackage[]> {
  if (!(await hasRpm(build.root))) return [];
  const layer = await temporaryDir(build.temporary, 'layer');
  const argv = ['rpm', '-qa', '--queryformat', '%{NEVRA} %{SHA256HEADER}\n'];
  const action = 'read the package database of the image';
  const { stdout } = await runInLayer(build.root, layer, argv, {}, { action });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort()
    .map((line) => {
      const [nevra = '', digest = ''] = line.split(' ');
      return /^[0-9a-f]{64}$/.test(digest) ? { nevra, sha256header: digest } : { nevra };
    });
}
