import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { dataWithoutSecrets } from '../../base/secrets.ts';
import { urlBelow } from '../../base/url.ts';
import type { BuildPlan, Repository } from '../../plan/build-plan.ts';
import type { BuildRequest } from '../../plan/request.ts';
import { childEnvironment } from '../../system/exec.ts';
import { fileDigest } from '../../system/file-digest.ts';
import { ask } from '../../system/http/ask.ts';
import { environmentsFor } from '../../packages/pass-repositories.ts';

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
  ...(['nonetwork', 'sumskey', 'fresh', 'noCache', 'wait', 'stage', 'postinstallTimeout'] as const),
];

/** What of a plan has no part in the packages. */
const notPackages: readonly (keyof BuildPlan)[] = [
  ...(['postinstall', 'netdrivers', 'otherifce', 'postscriptsDir', 'tftpImageDir', 'warnings'] as const),
];

/** Milliseconds that a server has for its repomd.xml. */
const patience = 20_000;

/**
 * Key of the tree that the packages of a plan make: a digest over all that decides it. What a plan holds counts unless it is named above,
 * so that a new field makes too many keys rather than too few. Passwords do not: a key can be tried out. Undefined where the contents of a repository cannot be known beforehand.
 */
export async function layerKey(
  plan: BuildPlan,
  versions: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const repositories = await Promise.all(plan.repositories.map((one) => metadataDigest(plan, one)));
  if (repositories.includes(undefined)) return undefined;
  const { name: _name, profile: _profile, rootimgdir: _folder, ...image } = plan.image;
  const counted = {
    recipe,
    versions,
    // Scriptlets of the pkglist see the kernel that runs.
    running: release(),
    plan: { ...without(plan, notPackages), image, request: without(plan.request, laterOn), files: [] },
    keys: plan.files.filter((file) => file.role === 'key').map((file) => file.sha256),
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

/** repomd.xml holds the digests of all metadata, which hold those of all packages. */
async function metadataDigest(plan: BuildPlan, repository: Repository): Promise<string | undefined> {
  const metadata = urlBelow(repository.url, 'repodata/repomd.xml');
  try {
    if (metadata.startsWith('file:')) return await fileDigest(fileURLToPath(metadata));
    if (!metadata.startsWith('http')) return undefined;
    const [variables] = environmentsFor(plan, repository);
    const ca = await readFile(repository.sslcacert ?? '', 'utf8').catch(() => undefined);
    const environment = childEnvironment(variables);
    const { status, body } = await ask(metadata, { method: 'GET', environment, patience, ca });
    return status < 300 ? createHash('sha256').update(body).digest('hex') : undefined;
  } catch {
    return undefined;
  }
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
