import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { release } from 'node:os';
import { readTextFile } from '../../base/regular-file.ts';
import { dataWithoutSecrets } from '../../base/secrets.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import type { BuildRequest } from '../../plan/request.ts';
import { fileDigest } from '../../system/file-digest.ts';
import type { PackageManager } from '../../packages/manager.ts';

/** Counted up when what we do until the packages are in changes without a change of our release. */
const recipe = 2;

/** What of a request has no part in the packages: its lists and folders count by what was found in them. */
const laterOn: readonly (keyof BuildRequest)[] = [
  ...([
    'imageName',
    'profile',
    'pkglist',
    'otherpkglist',
    'srcdir',
    'otherpkgdir',
    'kerneldir',
    'rootimgdir',
  ] as const),
  ...([
    'netdrivers',
    'nodebootif',
    'otherifce',
    'rootlimit',
    'tmplimit',
    'mode',
    'permission',
    'timezone',
  ] as const),
  ...(['postinstall', 'driverupdatesrc', 'interactive', 'onlyinitrd'] as const),
  ...([
    'nonetwork',
    'sumskey',
    'fresh',
    'noCache',
    'wait',
    'stage',
    'postinstallTimeout',
    'emulate',
  ] as const),
];

/** What of a plan has no part in the packages. */
const notPackages: readonly (keyof BuildPlan)[] = [
  ...(['postinstall', 'netdrivers', 'otherifce', 'postscriptsDir', 'tftpImageDir', 'warnings'] as const),
];

/**
 * Key of the tree that the packages of a plan make: a digest over all that decides it. What a plan holds
 * counts unless it is named above, so that a new field makes too many keys rather than too few. Passwords do
 * not: a key can be tried out. Undefined where the contents of a repository cannot be known beforehand.
 */
export async function layerKey(
  plan: BuildPlan,
  manager: PackageManager,
  version: string,
): Promise<string | undefined> {
  const repositories = await Promise.all(plan.repositories.map((one) => manager.repositoryState(plan, one)));
  if (repositories.includes(undefined)) return undefined;
  const { name: _name, profile: _profile, rootimgdir: _folder, ...image } = plan.image;
  const counted = {
    recipe,
    versions: {
      rootimg: version,
      manager: manager.id,
      ...(await manager.versions()),
      system: await systemName(),
    },
    // Scriptlets of the pkglist see the kernel that runs.
    running: release(),
    plan: { ...without(plan, notPackages), image, request: without(plan.request, laterOn), files: [] },
    keys: plan.files.filter(({ role }) => role === 'key' || role === 'debconf').map(({ sha256 }) => sha256),
    repositories,
    local: await localPackages(plan),
  };
  return createHash('sha256')
    .update(JSON.stringify(dataWithoutSecrets(counted), withoutOrigin))
    .digest('hex');
}

function without<T extends object>(from: T, keys: readonly (keyof T)[]): object {
  return Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key as keyof T)));
}

/** Where an entry stands in its list decides nothing. */
function withoutOrigin(key: string, value: unknown): unknown {
  return key === 'origin' ? undefined : value;
}

/** Scriptlets and the tools of the manager may do otherwise on another release of the host. */
function systemName(): Promise<string> {
  return readTextFile('/etc/os-release').catch(() => '');
}

/** Packages that the lists name by path. */
async function localPackages(plan: BuildPlan): Promise<string[]> {
  const entries = [...plan.passes, ...plan.otherPasses].flatMap((pass) => pass.install);
  const paths = entries.map((entry) => entry.name).filter((name) => name.startsWith('/'));
  return Promise.all(
    paths.map(async (path) => ((await isFile(path)) ? fileDigest(path) : 'a file that some package owns')),
  );
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
