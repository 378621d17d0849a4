import { anyExitCode, type RunResult } from '../../system/exec.ts';
import { temporaryDir } from '../../system/temp.ts';
import type { Build } from '../../genimage/build-context.ts';
import { runInLayer, runInRoot, runOverRoot } from '../../sandbox/sandbox.ts';
import { treeHas } from '../../system/tree-file.ts';

/** Whether the image has an rpm of its own that can be asked. */
export function hasRpm(root: string): Promise<boolean> {
  return treeHas(root, 'usr/bin/rpm').then(async (found) => found || (await treeHas(root, 'bin/rpm')));
}

/** Name of the package that owns each path (as the image sees it); paths that none owns are absent. Empty without rpm in the image. */
export async function packageOwners(build: Build, paths: readonly string[]): Promise<Map<string, string>> {
  if (paths.length === 0 || !(await hasRpm(build.root))) return new Map();
  const argv = ['rpm', '-qf', '--queryformat', '[%{=NAME} %{FILENAMES}\n]', ...paths];
  // Its exit status counts the paths that no package owns.
  const { stdout } = await runInRoot(build.root, argv, {}, { okCodes: anyExitCode });
  return readOwners(stdout, paths);
}

/** From lines `NAME PATH` of all files of the packages that own one of `paths`; what rpm says of the other paths is no such line. */
export function readOwners(output: string, paths: readonly string[]): Map<string, string> {
  const owners = new Map<string, string>();
  for (const line of output.split('\n')) {
    const space = line.indexOf(' ');
    const path = line.slice(space + 1);
    if (paths.includes(path) && !owners.has(path)) owners.set(path, line.slice(0, space));
  }
  return owners;
}

export interface InstalledPackage {
  readonly nevra: string;
  /** hex; of the header, which holds the digests of all files */
  readonly sha256header?: string;
}

// rpm before 4.14 knows no digest of headers.
const listing =
  'rpm "$@" -qa --queryformat "$fields $digest\\n" 2>/dev/null || rpm "$@" -qa --queryformat "$fields\\n"';
const listArgv = [
  'sh',
  '-c',
  `fields=$1 digest=$2; shift 2; ${listing}`,
  'sh',
  '%{NEVRA}',
  '%{SHA256HEADER}',
];

/**
 * What is installed, sorted, as the image's own rpm says; asked in a layer, because a database may be written to by looking at it. Where
 * the image has no rpm, the host's is asked, with its macros from `rpmMacros`; without those the list is empty.
 */
export async function installedPackages(build: Build, rpmMacros?: string): Promise<InstalledPackage[]> {
  const action = 'read the package database of the image';
  if (await hasRpm(build.root)) {
    const layer = await temporaryDir(build.temporary, 'layer');
    return readPackages(await runInLayer(build.root, layer, listArgv, {}, { action }));
  }
  if (rpmMacros === undefined) return [];
  const argv = [...listArgv, '--root', build.root];
  return readPackages(await runOverRoot(build.root, argv, { rpmMacros }, { action }));
}

function readPackages({ stdout }: RunResult): InstalledPackage[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort()
    .map((line) => {
      const [nevra = '', digest = ''] = line.split(' ');
      return /^[0-9a-f]{64}$/.test(digest) ? { nevra, sha256header: digest } : { nevra };
    });
}
