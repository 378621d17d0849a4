import type { Repository } from '../../plan/build-plan.ts';
import { imagePath, sharedInside } from '../../sandbox/sandbox.ts';

/** Programs that stand before those of the image while its packages are configured. */
export const stubsInside = `${sharedInside}/bin`;

/**
 * What both apts read: places below `folder`, all indexes and packages shared between them, nothing taken
 * without its signature.
 */
function common(folder: string, architecture: string): string[] {
  return [
    ...option('APT::Architecture', architecture),
    'APT::Architectures { };',
    '#clear APT::Architectures;',
    `APT::Architectures { "${architecture}"; };`,
    ...option('Dir::State::lists', `${folder}/lists/`),
    ...option('Dir::Cache::archives', `${folder}/archives/`),
    ...option('Dir::Etc::sourceparts', `${folder}/none/`),
    ...option('Dir::Etc::trusted', `${folder}/none/trusted.gpg`),
    ...option('Dir::Etc::trustedparts', `${folder}/none/`),
    ...option('Dir::Log', `${folder}/log/`),
    ...option('APT::Sandbox::User', 'root'),
    ...option('APT::Install-Recommends', 'false'),
    ...option('APT::Install-Suggests', 'false'),
    ...option('APT::Get::List-Cleanup', 'false'),
    ...option('APT::Update::Error-Mode', 'any'),
    ...option('Acquire::Languages', 'none'),
    ...option('Acquire::ForceHash', 'SHA256'),
    ...option('Acquire::AllowInsecureRepositories', 'false'),
    ...option('Acquire::AllowWeakRepositories', 'false'),
    ...option('Acquire::AllowDowngradeToInsecureRepositories', 'false'),
  ];
}

/** Configuration of the host's apt, which asks the servers; nothing of the host's own counts but `acquire`. */
export function hostConfig(
  folder: string,
  architecture: string,
  status: string,
  acquire: readonly string[],
): string {
  return lines([
    // The first file that apt reads says where the others are.
    ...option('Dir::Etc::parts', `${folder}/none/`),
    ...option('Dir::Etc::main', `${folder}/none/apt.conf`),
    ...option('Dir::Etc::preferences', `${folder}/none/preferences`),
    ...option('Dir::Etc::preferencesparts', `${folder}/none/`),
    ...option('Dir::State', `${folder}/state/`),
    ...option('Dir::State::status', status),
    ...option('Dir::Cache', `${folder}/cache-host/`),
    ...acquire,
    ...common(folder, architecture),
  ]);
}

/** Configuration of the image's apt, read after its own: it never asks a server and starts no service. */
export function imageConfig(architecture: string): string {
  const dpkg = [
    '--force-confdef',
    '--force-confold',
    '--force-unsafe-io',
    `--log=${sharedInside}/log/dpkg.log`,
  ];
  return lines([
    ...option('Dir::Cache', `${sharedInside}/cache-image/`),
    ...common(sharedInside, architecture),
    ...option('DPkg::Use-Pty', 'false'),
    ...option('DPkg::Path', `${stubsInside}:${imagePath}`),
    `DPkg::Options { ${dpkg.map((one) => `"${one}";`).join(' ')} };`,
  ]);
}

/** What a repository says of its server's certificate. */
export function caOptions(repositories: readonly Repository[]): string[] {
  return repositories.flatMap(({ url, sslcacert }) => {
    const host = /^https:\/\/(?:[^/@]*@)?([^/:]+)/.exec(url)?.[1];
    if (sslcacert === undefined || host === undefined) return [];
    return option(`Acquire::https::${host}::CaInfo`, sslcacert);
  });
}

function option(name: string, value: string): string[] {
  return [`${name} "${value}";`];
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
