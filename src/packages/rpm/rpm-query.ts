import { nevra, type PackageId } from '../../plan/package-id.ts';
import { runInLayer, runInRoot, runOverRoot } from '../../sandbox/sandbox.ts';
import { anyExitCode, type RunResult } from '../../system/exec.ts';
import { temporaryDir } from '../../system/temp.ts';
import { treeHas } from '../../system/tree-file.ts';

/** Whether the image has an rpm of its own that can be asked. */
export function hasRpm(root: string): Promise<boolean> {
  return treeHas(root, 'usr/bin/rpm').then(async (found) => found || (await treeHas(root, 'bin/rpm')));
}

const fields = ['%{NAME}', '%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}', '%|ARCH?{%{ARCH}}:{}|'];

/**
 * The package that owns each path (as the image sees it); paths that none owns are absent. Empty without rpm
 * in the image.
 */
export async function rpmOwners(root: string, paths: readonly string[]): Promise<Map<string, PackageId>> {
  if (paths.length === 0 || !(await hasRpm(root))) return new Map();
  const format = `[${fields.map((field) => field.replaceAll('%{', '%{=')).join('\\t')}\\t%{FILENAMES}\n]`;
  const argv = ['rpm', '-qf', '--queryformat', format, ...paths];
  // Its exit status counts the paths that no package owns.
  const { stdout } = await runInRoot(root, argv, {}, { okCodes: anyExitCode });
  return readOwners(stdout, paths);
}

/**
 * From lines `NAME VERSION ARCH PATH` (tabs between) of all files of the packages that own one of `paths`;
 * what rpm says of the other paths is no such line.
 */
export function readOwners(output: string, paths: readonly string[]): Map<string, PackageId> {
  const owners = new Map<string, PackageId>();
  for (const line of output.split('\n')) {
    const [name = '', version = '', arch = '', path = ''] = line.split('\t');
    if (paths.includes(path) && !owners.has(path)) owners.set(path, { type: 'rpm', name, version, arch });
  }
  return owners;
}

// rpm before 4.14 knows no digest of headers.
const listing =
  'rpm "$@" -qa --queryformat "$fields\\t$digest\\n" 2>/dev/null || rpm "$@" -qa --queryformat "$fields\\n"';
const listArgv = [
  'sh',
  '-c',
  `fields=$1 digest=$2; shift 2; ${listing}`,
  'sh',
  [...fields, '%{LONGSIZE}'].join('\\t'),
  '%{SHA256HEADER}',
];

/**
 * What is installed, sorted, as the image's own rpm says; asked in a layer, because a database may be written
 * to by looking at it. Where the image has no rpm, the host's is asked, with its macros from `rpmMacros`;
 * without those the list is empty. `temporary` is the folder of this run.
 */
export async function installedRpms(
  root: string,
  temporary: string,
  rpmMacros?: string,
): Promise<PackageId[]> {
  const action = 'read the package database of the image';
  if (await hasRpm(root)) {
    const layer = await temporaryDir(temporary, 'layer');
    return readPackages(await runInLayer(root, layer, listArgv, {}, { action }));
  }
  if (rpmMacros === undefined) return [];
  return readPackages(await runOverRoot(root, [...listArgv, '--root', root], { rpmMacros }, { action }));
}

function readPackages({ stdout }: RunResult): PackageId[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map(readPackage).sort((a, b) => (nevra(a) < nevra(b) ? -1 : 1));
}

function readPackage(line: string): PackageId {
  const [name = '', version = '', arch = '', size = '', digest = ''] = line.split('\t');
  const id = {
    ...({ type: 'rpm', name, version, arch } as const),
    ...(/^\d+$/.test(size) ? { size: Number(size) } : {}),
  };
  return /^[0-9a-f]{64}$/.test(digest) ? { ...id, digest } : id;
}
