import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostOsvers } from '../../src/cli/definitions/def-host.ts';
import { debArchiveOf, debArchitecture } from '../../src/family/archives.ts';
import { hostAcquire } from '../../src/packages/apt/host-apt.ts';
import type { BuildLock } from '../../src/plan/build-lock.ts';
import { readPackageLists } from '../../src/resolve/package-list.ts';
import type { BenchImage } from './image.ts';
import type { LockPair } from './lock-pair.ts';

/** The compute list of this host's own Debian; none on hosts that are no Debian. */
export async function aptPair(image: BenchImage): Promise<LockPair[]> {
  const osvers = (await hostOsvers()) ?? '';
  const keyring = debArchiveOf(osvers)?.keyring.files[0];
  if (!osvers.startsWith('debian') || keyring === undefined) return [];
  const name = 'lock-debian';
  const { arch } = image.sample;
  const list = join(image.checkout, `share/xcat/netboot/debian/compute.${osvers}.${arch}.pkglist`);
  await image.type(
    ...(['mkdef', '-t', 'osimage', '-o', name, 'imagetype=linux', 'profile=compute'] as const),
    ...['provmethod=netboot', `rootimgdir=${join(image.base, name)}`, `osvers=${osvers}`],
    ...[`osarch=${arch}`, `pkglist=${list}`],
  );
  await image.type('genimage', '--lock', name);
  const { passes } = await readPackageLists(list, 'pkglist', { cwd: process.cwd(), variables: {} });
  const packages = passes.flatMap(({ install }) => install.map((entry) => entry.name));
  const folder = join(image.base, 'bare-apt');
  const config = join(image.base, 'bare-apt.conf');
  const sources = join(image.base, 'bare-apt.list');
  const text = await readFile(join(image.base, 'etc/osimage', `${name}.lock`), 'utf8');
  const { repositories } = JSON.parse(text) as BuildLock;
  await writeFile(
    sources,
    repositories.map(({ url, suite }) => `deb [signed-by=${keyring}] ${url} ${suite} main\n`).join(''),
  );
  await writeFile(config, await aptConfig(image, { folder, sources, architecture: debArchitecture(arch) }));
  // Its folders and the empty status of the new system, then what an administrator types.
  const script = `cd "$1"; shift; mkdir -p lists/partial archives/partial cache none state; : >state/status
    apt-get --quiet update && apt-get --simulate install "$@"`;
  const env = { ...image.env, APT_CONFIG: config };
  const title = 'apt, this Debian from its mirror';
  return [{ title, image: name, env, folder, argv: ['sh', '-c', script, 'sh', folder, ...packages] }];
}

async function aptConfig(
  image: BenchImage,
  { folder, sources, architecture }: Record<'folder' | 'sources' | 'architecture', string>,
): Promise<string> {
  const places = {
    ...{ 'Dir::State': 'state', 'Dir::State::status': 'state/status', 'Dir::State::lists': 'lists' },
    ...{ 'Dir::Cache': 'cache', 'Dir::Cache::archives': 'archives', 'Dir::Etc::parts': 'none' },
    ...{ 'Dir::Etc::sourceparts': 'none', 'Dir::Etc::preferencesparts': 'none' },
  };
  const lines = [
    ...Object.entries(places).map(([key, value]) => `${key} "${join(folder, value)}";`),
    `Dir::Etc::sourcelist "${sources}";`,
    `APT::Architecture "${architecture}";`,
    ...['APT::Sandbox::User "root";', 'APT::Install-Recommends "false";', 'Acquire::Languages "none";'],
    ...(await hostAcquire(image)),
  ];
  return `${lines.join('\n')}\n`;
}
