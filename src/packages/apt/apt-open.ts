import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debArchitecture } from '../../family/archives.ts';
import { treeHas } from '../../system/tree-file.ts';
import type { Repository } from '../../plan/build-plan.ts';
import { sharedInside } from '../../sandbox/sandbox.ts';
import type { PackageSite } from '../manager.ts';
import { placeOfRepository } from '../repository-files.ts';
import type { Apt } from './apt-call.ts';
import { caOptions, hostConfig, imageConfig } from './apt-config.ts';
import { aptUrl, type Source, sourcesText } from './apt-sources.ts';
import { hostAcquire } from './host-apt.ts';
import { type Keyring, keyringPlace, placeKeyrings } from './keyrings.ts';
import { indexPlainFolder } from './plain-index.ts';
import { stubs } from './stubs.ts';

/** A repository with what apt must know of it, its files where both apts find them. */
export interface PreparedRepository {
  readonly repository: Repository;
  /** As apt is given it. */
  readonly url: string;
  /** What it is checked with. */
  readonly keyrings: readonly Keyring[];
}

/** Makes the folder that the host's apt and the image's share. */
export async function openApt(site: PackageSite): Promise<Apt & { prepared: PreparedRepository[] }> {
  const { plan, root, temporary } = site;
  const folder = join(temporary, 'apt');
  const architecture = debArchitecture(plan.image.arch);
  // The _apt user of the host is none of ours; what holds passwords is for root alone.
  await mkdir(folder, { mode: 0o755 });
  for (const name of [
    'lists/partial',
    'archives/partial',
    'keyrings',
    'none',
    'state',
    'log',
    'bin',
    'files',
    'pins',
  ])
    await mkdir(join(folder, name), { recursive: true });
  for (const name of ['cache-host', 'cache-image', 'host-sources', 'image-sources', 'index'])
    await mkdir(join(folder, name), { mode: 0o700 });
  for (const [name, text] of Object.entries(stubs))
    await writeFile(join(folder, 'bin', name), text, { mode: 0o755 });
  const emptyStatus = join(folder, 'state/status');
  await writeFile(emptyStatus, '');
  const status = (await treeHas(root, 'var/lib/dpkg/status'))
    ? join(root, 'var/lib/dpkg/status')
    : emptyStatus;
  const acquire = [...(await hostAcquire(plan)), ...caOptions(plan.repositories)];
  await writeFile(join(folder, 'host.conf'), hostConfig(folder, architecture, status, acquire), {
    mode: 0o600,
  });
  await writeFile(join(folder, 'image.conf'), imageConfig(architecture), { mode: 0o600 });
  const place = keyringPlace(join(folder, 'keyrings'));
  const prepared: PreparedRepository[] = [];
  for (const repository of plan.repositories) {
    const { deb, keptIn } = repository;
    const keyrings = await placeKeyrings(repository, plan.keys, place);
    const isPlain = deb?.plain === true && keptIn === undefined;
    const plain = isPlain ? join(folder, 'index', repository.id) : undefined;
    const url = placeOfRepository(repository);
    if (plain !== undefined) await indexPlainFolder(fileURLToPath(url), plain);
    prepared.push({
      repository,
      url: aptUrl(plain === undefined ? url : `file://${plain}`),
      keyrings,
    });
  }
  return { site, folder, architecture, origins: new Map(), prepared };
}

/** Writes the lists of sources with these repositories, for both apts. */
export async function writeSources(
  { folder, architecture }: Apt,
  prepared: readonly PreparedRepository[],
  name: string,
): Promise<void> {
  const text = (keyrings: string) =>
    sourcesText(
      prepared.map(({ repository, url, keyrings: own }) => ({
        url,
        ...whatIsRead(repository),
        signedBy: repository.keptIn === undefined ? own.map(({ name }) => join(keyrings, name)) : [],
      })),
      architecture,
    );
  const places = { 'host-sources': `${folder}/keyrings`, 'image-sources': `${sharedInside}/keyrings` };
  for (const [place, keyrings] of Object.entries(places)) {
    await writeFile(join(folder, place, name), text(keyrings), { mode: 0o600 });
  }
}

/** What is kept for a lock is a flat repository, and the lock has the digests that its packages must have. */
function whatIsRead({ deb, unchecked, keptIn }: Repository): Pick<Source, 'unchecked' | 'deb'> {
  const flat = { suite: './', components: [] };
  if (keptIn !== undefined) return { unchecked: 'kept for a lock', deb: flat };
  return { unchecked: deb?.plain === true ? 'a plain folder' : unchecked, deb: deb ?? flat };
}
