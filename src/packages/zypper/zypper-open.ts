import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machineOf } from '../../base/architecture.ts';
import { exists } from '../../base/exists.ts';
import { readTextFile } from '../../base/regular-file.ts';
import { urlBelow } from '../../base/url.ts';
import type { Repository } from '../../plan/build-plan.ts';
import { run } from '../../system/exec.ts';
import type { PackageSite } from '../manager.ts';
import { placeOfRepository, whyUnreachable } from '../repository-files.ts';
import { writeRpmMacros } from '../rpm/rpm-macros.ts';
import type { Zypper } from './zypper-call.ts';
import { type RepositoryFacts, repositoryText, zyppConfig, zypperConfig } from './zypper-config.ts';

/** Writes the configuration of zypper and of rpm for this build. */
export async function prepareZypper(site: PackageSite, databasePath: string): Promise<Zypper> {
  const { plan, root, temporary } = site;
  const shared = join(temporary, 'zypper');
  // Addresses of repositories may hold passwords.
  await mkdir(shared, { mode: 0o700 });
  for (const name of ['etc', 'repos', 'services', 'vars', 'vendors', 'multiversion', 'certificates'])
    await mkdir(join(shared, name));
  await writeFile(join(shared, 'zypp.conf'), zyppConfig(machineOf(plan.image.arch)));
  await writeFile(join(shared, 'zypper.conf'), zypperConfig);
  for (const repository of plan.repositories) {
    const certificates = await trustOf(repository, shared);
    const isSigned = await hasSignature(site, repository);
    await writeRepository(shared, repository, { isSigned, certificates });
  }
  const macros = await writeRpmMacros(temporary, databasePath);
  const { interactive, acceptlicenses, allowvendorchange } = plan.request;
  return {
    site,
    session: {
      ...{ root, releasever: plan.image.releasever, interactive, configFile: join(shared, 'zypper.conf') },
      ...{ acceptLicenses: acceptlicenses, allowVendorChange: allowvendorchange },
    },
    host: { root, shared, macros },
  };
}

/** Writes what zypper knows of a repository. */
export async function writeRepository(
  shared: string,
  repository: Repository,
  facts: RepositoryFacts,
): Promise<void> {
  const file = join(shared, 'repos', `${repository.id}.repo`);
  await writeFile(file, repositoryText(repository, facts), { mode: 0o600 });
}

/** Whether the metadata of a repository carries a signature; where that cannot be asked, it counts as none. */
async function hasSignature({ plan }: PackageSite, repository: Repository): Promise<boolean> {
  for (const path of ['repodata/repomd.xml.asc', 'content.asc']) {
    const address = urlBelow(placeOfRepository(repository), path);
    if (address.startsWith('file:') && (await exists(fileURLToPath(address)))) return true;
    if (address.startsWith('http') && (await whyUnreachable(plan, repository, path)) === undefined)
      return true;
  }
  return false;
}

/**
 * Folder, as zypper sees it, with the certificates of a repository's CA under the names that OpenSSL looks for;
 * undefined where the host's own count.
 */
async function trustOf({ id, sslcacert, keptIn }: Repository, shared: string): Promise<string | undefined> {
  if (sslcacert === undefined || keptIn !== undefined) return undefined;
  const folder = join(shared, 'certificates', id);
  await mkdir(folder);
  const text = await readTextFile(sslcacert);
  const found = text.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  for (const [number, one] of found.entries()) await writeFile(join(folder, `${number}.pem`), `${one}\n`);
  await run(['openssl', 'rehash', folder], { action: `make ${sslcacert} ready for zypper` });
  return folder;
}
